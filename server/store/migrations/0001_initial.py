"""The first schema: everything but the resource tables, which follow their declarations."""

from typing import Any

from peewee import SqliteDatabase

TABLES = """
CREATE TABLE tenants (
    id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, tier TEXT NOT NULL, timezone TEXT NOT NULL, language TEXT NOT NULL, currency TEXT NOT NULL,
    require_if_match SMALLINT NOT NULL DEFAULT 0, status TEXT NOT NULL, version BIGINT NOT NULL, created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL);
CREATE TABLE users (
    id TEXT PRIMARY KEY, tenant_id TEXT, email TEXT NOT NULL UNIQUE, name TEXT, role TEXT NOT NULL, status TEXT NOT NULL, password_hash TEXT,
    must_change_password SMALLINT NOT NULL DEFAULT 0, totp_secret {blob}, totp_enabled SMALLINT NOT NULL DEFAULT 0, totp_last_step BIGINT,
    recovery_codes TEXT NOT NULL DEFAULT '[]', last_sign_in_at BIGINT, version BIGINT NOT NULL, created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL);
CREATE INDEX users_tenant ON users (tenant_id, id);
CREATE TABLE sessions (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL, tenant_id TEXT, digest TEXT NOT NULL UNIQUE, address TEXT, created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL, revoked_at BIGINT);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_age ON sessions (expires_at);
CREATE TABLE lockouts (subject TEXT PRIMARY KEY, failures INTEGER NOT NULL, last_at BIGINT NOT NULL, locked_until BIGINT NOT NULL);
CREATE TABLE one_time_tokens (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL, purpose TEXT NOT NULL, digest TEXT NOT NULL UNIQUE, created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL, used_at BIGINT);
CREATE INDEX one_time_tokens_user ON one_time_tokens (user_id, purpose);
CREATE TABLE api_keys (
    id TEXT PRIMARY KEY, tenant_id TEXT, mode TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, digest TEXT NOT NULL UNIQUE, hint TEXT NOT NULL,
    scopes TEXT NOT NULL, user_id TEXT, allowed_addresses TEXT NOT NULL, limits TEXT NOT NULL DEFAULT '[]',
    api_version TEXT NOT NULL, expires_at BIGINT, last_used_at BIGINT, revoked_at BIGINT, rotated_from TEXT, created_by TEXT,
    created_at BIGINT NOT NULL);
CREATE INDEX api_keys_tenant ON api_keys (tenant_id, mode, id);
CREATE TABLE tiers (
    name TEXT PRIMARY KEY, price TEXT, limits TEXT NOT NULL, costs TEXT NOT NULL DEFAULT '[]', version BIGINT NOT NULL, created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL);
CREATE TABLE sandboxes (tenant_id TEXT NOT NULL PRIMARY KEY, ahead_ms BIGINT NOT NULL);
CREATE TABLE clients (
    id TEXT PRIMARY KEY, tenant_id TEXT, mode TEXT NOT NULL, name TEXT NOT NULL, origin TEXT NOT NULL, secret_digest TEXT, old_secret_digest TEXT,
    old_secret_ends_at BIGINT, auth_method TEXT NOT NULL, token_format TEXT NOT NULL, grant_types TEXT NOT NULL, redirect_uris TEXT NOT NULL,
    scopes TEXT NOT NULL, metadata TEXT NOT NULL, registration_digest TEXT, user_id TEXT, api_version TEXT NOT NULL, created_by TEXT,
    last_used_at BIGINT, version BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL);
CREATE INDEX clients_tenant ON clients (tenant_id, mode, id);
CREATE TABLE client_registrations (tenant_id TEXT NOT NULL PRIMARY KEY, is_open SMALLINT NOT NULL);
CREATE TABLE authorizations (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, client_id TEXT NOT NULL, user_id TEXT NOT NULL, scopes TEXT NOT NULL,
    resources TEXT NOT NULL, issuer TEXT NOT NULL, code_digest TEXT NOT NULL UNIQUE, code_expires_at BIGINT NOT NULL, code_used_at BIGINT,
    redirect_uri TEXT, challenge TEXT NOT NULL, nonce TEXT, auth_time BIGINT NOT NULL, created_at BIGINT NOT NULL, revoked_at BIGINT);
CREATE INDEX authorizations_consent ON authorizations (tenant_id, user_id, client_id);
CREATE INDEX authorizations_client ON authorizations (client_id);
CREATE INDEX authorizations_age ON authorizations (created_at);
CREATE TABLE tokens (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, kind TEXT NOT NULL, client_id TEXT NOT NULL, authorization_id TEXT,
    user_id TEXT, digest TEXT NOT NULL UNIQUE, scopes TEXT NOT NULL, audience TEXT NOT NULL, issuer TEXT NOT NULL, bound_to TEXT,
    created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, used_at BIGINT, revoked_at BIGINT);
CREATE INDEX tokens_authorization ON tokens (authorization_id);
CREATE INDEX tokens_client ON tokens (client_id);
CREATE INDEX tokens_age ON tokens (expires_at);
CREATE TABLE legacy_access (tenant_id TEXT NOT NULL PRIMARY KEY, enabled SMALLINT NOT NULL, updated_at BIGINT NOT NULL);
CREATE TABLE legacy_passwords (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, user_id TEXT NOT NULL UNIQUE, digest TEXT NOT NULL, scopes TEXT NOT NULL, created_by TEXT,
    created_at BIGINT NOT NULL, last_used_at BIGINT);
CREATE INDEX legacy_passwords_tenant ON legacy_passwords (tenant_id, id);
CREATE TABLE signing_keys (
    id TEXT PRIMARY KEY, algorithm TEXT NOT NULL, private {blob} NOT NULL, public TEXT NOT NULL, created_at BIGINT NOT NULL,
    signs_from BIGINT NOT NULL, retires_at BIGINT);
CREATE TABLE generations (name TEXT PRIMARY KEY, value BIGINT NOT NULL);
CREATE TABLE events (
    position {serial}, xact {xact}, id TEXT NOT NULL UNIQUE, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, type TEXT NOT NULL, object TEXT NOT NULL,
    object_id TEXT NOT NULL, created_at BIGINT NOT NULL, body {blob} NOT NULL);
CREATE INDEX events_order ON events (tenant_id, mode, xact, position);
CREATE INDEX events_object ON events (tenant_id, mode, object_id, position);
CREATE INDEX events_age ON events (created_at);
CREATE TABLE audit (
    position {serial}, id TEXT NOT NULL, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, at BIGINT NOT NULL, actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    action TEXT NOT NULL, object TEXT NOT NULL, object_id TEXT NOT NULL, changes TEXT, address TEXT, request_id TEXT, sequence BIGINT, seal TEXT);
CREATE INDEX audit_tenant ON audit (tenant_id, mode, position);
CREATE INDEX audit_request ON audit (request_id);
CREATE INDEX audit_email_streams ON audit (tenant_id, mode, at) WHERE object = 'email_stream';
CREATE INDEX audit_unsealed ON audit (position) WHERE seal IS NULL;
CREATE UNIQUE INDEX audit_sequence ON audit (sequence) WHERE sequence IS NOT NULL;
CREATE TABLE audit_gaps (
    first_sequence BIGINT PRIMARY KEY, last_sequence BIGINT NOT NULL, seal TEXT NOT NULL, proof TEXT NOT NULL, removed_at BIGINT NOT NULL);
CREATE UNIQUE INDEX audit_gaps_last ON audit_gaps (last_sequence);
CREATE TABLE webhooks (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, name TEXT NOT NULL, url TEXT NOT NULL, description TEXT, events TEXT NOT NULL,
    headers {blob}, secrets {blob} NOT NULL, public_key TEXT, credentials {blob}, status TEXT NOT NULL, status_reason TEXT, options TEXT NOT NULL,
    failure_count BIGINT NOT NULL, first_failure_at BIGINT, last_triggered BIGINT, parked_until BIGINT, breaker TEXT,
    warned SMALLINT NOT NULL DEFAULT 0, window_at BIGINT NOT NULL DEFAULT 0, window_delivered BIGINT NOT NULL DEFAULT 0,
    window_failed BIGINT NOT NULL DEFAULT 0, throttled_until BIGINT,
    version BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, deleted_at BIGINT);
CREATE INDEX webhooks_tenant ON webhooks (tenant_id, mode, id);
CREATE TABLE deliveries (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, webhook_id TEXT NOT NULL, event_id TEXT NOT NULL, event_type TEXT NOT NULL,
    state TEXT NOT NULL, due_at BIGINT NOT NULL, lease TEXT, attempts INTEGER NOT NULL DEFAULT 0,
    attempts_before INTEGER NOT NULL DEFAULT 0, ordering_key TEXT, place BIGINT, last_status INTEGER, last_error TEXT,
    created_at BIGINT NOT NULL, finished_at BIGINT, UNIQUE (event_id, webhook_id));
CREATE INDEX deliveries_due ON deliveries (webhook_id, due_at) WHERE state = 'pending';
CREATE INDEX deliveries_lines ON deliveries (webhook_id, ordering_key, place) WHERE ordering_key IS NOT NULL AND state IN ('pending', 'held');
CREATE INDEX deliveries_dead_lines ON deliveries (webhook_id, ordering_key, place) WHERE ordering_key IS NOT NULL AND state = 'dead';
CREATE INDEX deliveries_state ON deliveries (state, webhook_id, id);
CREATE INDEX deliveries_finished ON deliveries (finished_at) WHERE finished_at IS NOT NULL;
CREATE TABLE attempts (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, webhook_id TEXT NOT NULL, delivery_id TEXT NOT NULL, number INTEGER NOT NULL,
    started_at BIGINT NOT NULL, total_ms DOUBLE PRECISION NOT NULL, timings TEXT, address TEXT, status INTEGER, error TEXT, request TEXT,
    response TEXT,
    UNIQUE (delivery_id, number));
CREATE INDEX attempts_age ON attempts (started_at);
CREATE TABLE jobs (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, done BIGINT NOT NULL DEFAULT 0,
    total BIGINT,
    input TEXT NOT NULL, secrets {blob}, progress TEXT NOT NULL DEFAULT '{{}}', result TEXT, error TEXT, actor TEXT NOT NULL, actor_id TEXT NOT NULL,
    due_at BIGINT NOT NULL, lease TEXT, line TEXT,
    attempts INTEGER NOT NULL DEFAULT 0, cancel_requested SMALLINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL, started_at BIGINT, finished_at BIGINT);
CREATE INDEX jobs_due ON jobs (due_at) WHERE state IN ('pending', 'running');
CREATE INDEX jobs_tenant ON jobs (tenant_id, mode, id);
CREATE TABLE idempotency (
    tenant_id TEXT NOT NULL, mode TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL, status INTEGER, answer {blob}, created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, mode, key));
CREATE INDEX idempotency_age ON idempotency (created_at);
CREATE TABLE external_ids (
    tenant_id TEXT NOT NULL, mode TEXT NOT NULL, resource TEXT NOT NULL, system TEXT NOT NULL, external_id TEXT NOT NULL, record_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, mode, resource, system, external_id));
CREATE INDEX external_ids_record ON external_ids (record_id);
CREATE TABLE custom_fields (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, resource TEXT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, label TEXT,
    required SMALLINT NOT NULL DEFAULT 0, options TEXT, version BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,
    UNIQUE (tenant_id, mode, resource, name));
CREATE TABLE sealed_values (
    tenant_id TEXT NOT NULL, mode TEXT NOT NULL, resource TEXT NOT NULL, record_id TEXT NOT NULL, field TEXT NOT NULL, kept_for TEXT NOT NULL,
    superseded_at BIGINT, sealed {blob} NOT NULL, PRIMARY KEY (tenant_id, mode, resource, record_id, field, kept_for));
CREATE INDEX sealed_values_record ON sealed_values (record_id);
CREATE INDEX sealed_values_age ON sealed_values (superseded_at) WHERE superseded_at IS NOT NULL;
CREATE TABLE reveals (
    tenant_id TEXT NOT NULL, mode TEXT NOT NULL, actor_id TEXT NOT NULL, minute BIGINT NOT NULL, fields BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, mode, actor_id));
CREATE TABLE object_types (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, name TEXT NOT NULL, label TEXT, description TEXT,
    version BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, UNIQUE (tenant_id, mode, name));
CREATE TABLE custom_endpoints (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, name TEXT NOT NULL, description TEXT, resource TEXT NOT NULL,
    question TEXT NOT NULL, parameters TEXT NOT NULL, version BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,
    UNIQUE (tenant_id, mode, name));
CREATE TABLE request_log (
    id TEXT PRIMARY KEY, tenant_id TEXT, mode TEXT, at BIGINT NOT NULL, method TEXT NOT NULL, route TEXT NOT NULL, path TEXT NOT NULL,
    status INTEGER NOT NULL,
    duration_us BIGINT NOT NULL, actor_kind TEXT, actor_id TEXT, address TEXT, request_id TEXT NOT NULL,
    request_bytes BIGINT NOT NULL, response_bytes BIGINT NOT NULL, code TEXT, limit_name TEXT, limit_remaining BIGINT, limit_reset BIGINT,
    bodies TEXT);
CREATE INDEX request_log_tenant ON request_log (tenant_id, at);
CREATE INDEX request_log_named ON request_log (request_id) WHERE request_id <> id;
CREATE TABLE deprecated_calls (
    tenant_id TEXT NOT NULL, mode TEXT NOT NULL, day BIGINT NOT NULL, actor_kind TEXT NOT NULL, actor_id TEXT NOT NULL, operation TEXT NOT NULL,
    version TEXT NOT NULL, calls BIGINT NOT NULL, last_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, mode, day, actor_kind, actor_id, operation, version));
CREATE INDEX deprecated_calls_age ON deprecated_calls (last_at);
CREATE TABLE merges (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, resource TEXT NOT NULL, record_id TEXT NOT NULL, journal TEXT NOT NULL,
    created_at BIGINT NOT NULL, undone_at BIGINT);
CREATE INDEX merges_record ON merges (tenant_id, mode, record_id, id);
CREATE INDEX merges_resource ON merges (tenant_id, mode, resource, id);
CREATE TABLE import_changes (
    tenant_id TEXT NOT NULL, mode TEXT NOT NULL, import_id TEXT NOT NULL, record_id TEXT NOT NULL, object TEXT NOT NULL, line BIGINT NOT NULL,
    act TEXT NOT NULL, version BIGINT NOT NULL, former TEXT, outcome TEXT, reason TEXT, created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, mode, import_id, record_id));
CREATE INDEX import_changes_age ON import_changes (created_at);
CREATE TABLE search_entries (
    position {serial}, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, object TEXT NOT NULL, object_id TEXT NOT NULL, place TEXT NOT NULL,
    title TEXT NOT NULL, words TEXT NOT NULL, UNIQUE (tenant_id, mode, object_id));
CREATE TABLE duplicate_keys (
    tenant_id TEXT NOT NULL, mode TEXT NOT NULL, object TEXT NOT NULL, key TEXT NOT NULL, object_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, mode, object, key, object_id));
CREATE INDEX duplicate_keys_object ON duplicate_keys (object_id);
CREATE TABLE contents (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, record_id TEXT NOT NULL, file_name TEXT NOT NULL, media_type TEXT NOT NULL,
    size BIGINT NOT NULL, sha256 TEXT NOT NULL, scan TEXT NOT NULL, scan_detail TEXT, scan_due_at BIGINT, created_at BIGINT NOT NULL,
    revision TEXT, superseded_at BIGINT, discarded_at BIGINT);
CREATE UNIQUE INDEX contents_current ON contents (record_id) WHERE discarded_at IS NULL AND superseded_at IS NULL;
CREATE INDEX contents_record ON contents (record_id) WHERE discarded_at IS NULL;
CREATE INDEX contents_tenant ON contents (tenant_id, size) WHERE discarded_at IS NULL;
CREATE INDEX contents_unscanned ON contents (scan_due_at) WHERE scan_due_at IS NOT NULL;
CREATE INDEX contents_discarded ON contents (discarded_at) WHERE discarded_at IS NOT NULL;
CREATE TABLE uploads (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, record_id TEXT, fields TEXT NOT NULL, file_name TEXT NOT NULL,
    media_type TEXT NOT NULL, size BIGINT NOT NULL, sha256 TEXT, part_size BIGINT NOT NULL, actor TEXT NOT NULL, state TEXT NOT NULL,
    claimed_until BIGINT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL);
CREATE INDEX uploads_tenant ON uploads (tenant_id, state);
CREATE INDEX uploads_age ON uploads (expires_at);
CREATE TABLE upload_parts (
    upload_id TEXT NOT NULL, number INTEGER NOT NULL, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, name TEXT NOT NULL, size BIGINT NOT NULL,
    sha256 TEXT NOT NULL, PRIMARY KEY (upload_id, number));
CREATE INDEX upload_parts_tenant ON upload_parts (tenant_id);
CREATE TABLE outbox (
    id TEXT PRIMARY KEY, channel TEXT NOT NULL, kind TEXT NOT NULL, message {blob}, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL, lease TEXT, last_error TEXT, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, finished_at BIGINT);
CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'pending';
CREATE INDEX outbox_finished ON outbox (finished_at) WHERE finished_at IS NOT NULL;
CREATE TABLE marks (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE backup_runs (
    id TEXT PRIMARY KEY, cause TEXT NOT NULL, contents TEXT NOT NULL, state TEXT NOT NULL, file TEXT, bytes BIGINT, rows BIGINT, files BIGINT,
    detail TEXT, created_at BIGINT NOT NULL, started_at BIGINT, finished_at BIGINT);
CREATE TABLE inbound_sources (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, name TEXT NOT NULL, provider TEXT NOT NULL, description TEXT,
    status TEXT NOT NULL, secrets {blob} NOT NULL, options TEXT NOT NULL, account TEXT, installation_id TEXT, health TEXT NOT NULL,
    failures BIGINT NOT NULL, refused BIGINT NOT NULL, last_error TEXT, last_seen_at BIGINT, last_refused_at BIGINT, missed_at BIGINT,
    version BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, deleted_at BIGINT);
CREATE INDEX inbound_sources_tenant ON inbound_sources (tenant_id, mode, id);
CREATE INDEX inbound_sources_account ON inbound_sources (provider, account) WHERE account IS NOT NULL;
CREATE UNIQUE INDEX inbound_sources_installation ON inbound_sources (installation_id) WHERE installation_id IS NOT NULL AND deleted_at IS NULL;
CREATE TABLE inbound_messages (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, source_id TEXT NOT NULL, provider TEXT NOT NULL, event_id TEXT,
    event_type TEXT, state TEXT NOT NULL, method TEXT NOT NULL, target TEXT NOT NULL, headers TEXT NOT NULL, body {blob} NOT NULL,
    size BIGINT NOT NULL, received_at BIGINT NOT NULL, due_at BIGINT NOT NULL, lease TEXT, attempts INTEGER NOT NULL DEFAULT 0,
    last_error TEXT, last_detail TEXT, finished_at BIGINT, UNIQUE (source_id, event_id));
CREATE INDEX inbound_messages_source ON inbound_messages (source_id, id);
CREATE INDEX inbound_messages_state ON inbound_messages (source_id, state);
CREATE INDEX inbound_messages_tenant ON inbound_messages (tenant_id, mode, id);
CREATE INDEX inbound_messages_due ON inbound_messages (due_at) WHERE state = 'pending';
CREATE INDEX inbound_messages_held ON inbound_messages (source_id, received_at) WHERE state = 'held';
CREATE INDEX inbound_messages_finished ON inbound_messages (finished_at) WHERE finished_at IS NOT NULL;
CREATE TABLE event_consumers (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, name TEXT NOT NULL, xact BIGINT NOT NULL, position BIGINT NOT NULL,
    acknowledged_at BIGINT, created_at BIGINT NOT NULL, UNIQUE (tenant_id, mode, name));
"""

# What only one of the two databases has or needs: its index of words, which follows the entries by itself, on PostgreSQL
# the events of all tenants in commit order, and in each one's words that the audit trail is append-only: an entry is sealed
# once, and goes only where a gap already accounts for it.
AUDITED = "position, id, tenant_id, mode, at, actor_kind, actor_id, action, object, object_id, changes, address, request_id"
SQLITE = """
CREATE TRIGGER audit_unchanging BEFORE UPDATE OF {audited} ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_sealed_once BEFORE UPDATE OF sequence, seal ON audit WHEN old.seal IS NOT NULL BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_kept BEFORE DELETE ON audit
    WHEN NOT EXISTS (SELECT 1 FROM audit_gaps WHERE old.sequence BETWEEN first_sequence AND last_sequence) BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE VIRTUAL TABLE search_words USING fts5(
    place, title, words, content='search_entries', content_rowid='position', prefix='1 2 3', tokenize='unicode61 remove_diacritics 2');
CREATE TRIGGER search_entries_new AFTER INSERT ON search_entries BEGIN
    INSERT INTO search_words (rowid, place, title, words) VALUES (new.position, new.place, new.title, new.words); END;
CREATE TRIGGER search_entries_gone AFTER DELETE ON search_entries BEGIN
    INSERT INTO search_words (search_words, rowid, place, title, words) VALUES ('delete', old.position, old.place, old.title, old.words); END;
CREATE TRIGGER search_entries_changed AFTER UPDATE ON search_entries BEGIN
    INSERT INTO search_words (search_words, rowid, place, title, words) VALUES ('delete', old.position, old.place, old.title, old.words); \
INSERT INTO search_words (rowid, place, title, words) VALUES (new.position, new.place, new.title, new.words); END
"""
POSTGRESQL = """
ALTER TABLE search_entries ADD COLUMN vector tsvector
    GENERATED ALWAYS AS (array_to_tsvector(array_remove(string_to_array(place || ' ' || title || ' ' || words, ' '), ''))) STORED;
CREATE INDEX search_entries_vector ON search_entries USING gin (vector);
CREATE INDEX events_all ON events (xact, position);
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$;
CREATE FUNCTION keep_entry() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT 1 FROM audit_gaps WHERE OLD.sequence BETWEEN first_sequence AND last_sequence) THEN RETURN OLD; END IF; \
RAISE EXCEPTION 'the audit trail is append-only'; END $$;
CREATE TRIGGER audit_unchanging BEFORE UPDATE OF {audited} ON audit FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_sealed_once BEFORE UPDATE OF sequence, seal ON audit FOR EACH ROW WHEN (OLD.seal IS NOT NULL)
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_kept BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION keep_entry()
"""


def up(_migrator: Any, db: Any) -> None:
    """Create the tables."""
    sqlite = isinstance(db, SqliteDatabase)
    kinds = {
        "blob": "BLOB" if sqlite else "BYTEA",
        "serial": "INTEGER PRIMARY KEY AUTOINCREMENT" if sqlite else "BIGSERIAL PRIMARY KEY",
        # Writers of PostgreSQL commit out of order, so an event carries its transaction's number; SQLite has one writer.
        "xact": "BIGINT NOT NULL DEFAULT 0" if sqlite else "BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint)",
    }
    own = (SQLITE if sqlite else POSTGRESQL).format(audited=AUDITED)
    for statement in (TABLES.format(**kinds) + own).split(";\n"):
        if statement.strip():
            db.execute_sql(statement)


def down(_migrator: Any, db: Any) -> None:
    """Drop the tables."""
    db.execute_sql("DROP TABLE IF EXISTS search_words")
    for statement in reversed(TABLES.split(";\n")):
        words = statement.split()
        if words[:2] == ["CREATE", "TABLE"]:
            db.execute_sql(f"DROP TABLE IF EXISTS {words[2]}")
    if not isinstance(db, SqliteDatabase):
        db.execute_sql("DROP FUNCTION IF EXISTS refuse_change, keep_entry")
