"""Email: messages and their contents, the queue with a row for each recipient, streams, accounts, templates, suppressions, events, figures."""

from typing import Any

from peewee import SqliteDatabase

# A recipient's `due_at` is the end of its lease while it is being sent, else when it is tried next; what has `finished_at` is over.
TABLES = """
CREATE TABLE email_messages (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, stream TEXT NOT NULL, account_id TEXT, sender TEXT NOT NULL,
    sender_domain TEXT NOT NULL, subject TEXT NOT NULL, header_id TEXT NOT NULL, recipients INTEGER NOT NULL, addressed TEXT NOT NULL,
    template_id TEXT, template_version INTEGER, tracking TEXT, personal INTEGER NOT NULL DEFAULT 0, metadata TEXT NOT NULL DEFAULT '{{}}',
    size BIGINT NOT NULL, send_at BIGINT NOT NULL, deadline_at BIGINT NOT NULL, contact_id TEXT, origin TEXT NOT NULL, created_by TEXT,
    created_at BIGINT NOT NULL, cancelled_at BIGINT, purged_at BIGINT);
CREATE INDEX email_messages_tenant ON email_messages (tenant_id, mode, id);
CREATE INDEX email_messages_stream ON email_messages (tenant_id, mode, stream, id);
CREATE INDEX email_messages_sender ON email_messages (tenant_id, mode, sender_domain, id);
CREATE INDEX email_messages_template ON email_messages (tenant_id, mode, template_id, id) WHERE template_id IS NOT NULL;
CREATE INDEX email_messages_account ON email_messages (tenant_id, mode, account_id, id) WHERE account_id IS NOT NULL;
CREATE INDEX email_messages_header ON email_messages (tenant_id, mode, header_id, id);
CREATE INDEX email_messages_age ON email_messages (created_at);
CREATE TABLE email_contents (
    message_id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, body {blob} NOT NULL, created_at BIGINT NOT NULL);
CREATE INDEX email_contents_age ON email_contents (created_at);
CREATE TABLE email_recipients (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, message_id TEXT NOT NULL, place INTEGER NOT NULL, kind TEXT NOT NULL,
    address TEXT NOT NULL, domain TEXT NOT NULL, lane TEXT NOT NULL, stream TEXT NOT NULL, state TEXT NOT NULL, due_at BIGINT NOT NULL, lease TEXT,
    attempts INTEGER NOT NULL DEFAULT 0, deadline_at BIGINT NOT NULL, site TEXT, source TEXT, code INTEGER, enhanced TEXT, reply TEXT,
    reason TEXT, provider_id TEXT, created_at BIGINT NOT NULL, finished_at BIGINT);
CREATE INDEX email_recipients_due ON email_recipients (lane, due_at) WHERE finished_at IS NULL;
CREATE INDEX email_recipients_message ON email_recipients (message_id, id);
CREATE INDEX email_recipients_address ON email_recipients (tenant_id, mode, lower(address), message_id);
CREATE INDEX email_recipients_domain ON email_recipients (tenant_id, mode, domain, message_id);
CREATE INDEX email_recipients_state ON email_recipients (tenant_id, mode, state, message_id);
CREATE INDEX email_recipients_site ON email_recipients (tenant_id, mode, site, message_id) WHERE site IS NOT NULL;
CREATE INDEX email_recipients_provider ON email_recipients (tenant_id, mode, provider_id, message_id) WHERE provider_id IS NOT NULL;
CREATE INDEX email_recipients_finished ON email_recipients (finished_at) WHERE finished_at IS NOT NULL;
CREATE TABLE email_lanes (
    name TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, stream TEXT NOT NULL, domain TEXT NOT NULL, priority INTEGER NOT NULL,
    parked_until BIGINT NOT NULL DEFAULT 0, parked_for TEXT);
CREATE INDEX email_lanes_stream ON email_lanes (tenant_id, mode, stream);
CREATE TABLE email_events (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, message_id TEXT NOT NULL, recipient_id TEXT, address TEXT,
    type TEXT NOT NULL, at BIGINT NOT NULL, detail TEXT NOT NULL);
CREATE INDEX email_events_message ON email_events (message_id, id);
CREATE INDEX email_events_age ON email_events (at);
CREATE TABLE email_provider_events (
    tenant_id TEXT NOT NULL, mode TEXT NOT NULL, recipient_id TEXT NOT NULL, event_key TEXT NOT NULL, at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, mode, recipient_id, event_key));
CREATE INDEX email_provider_events_age ON email_provider_events (at);
CREATE TABLE email_streams (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, description TEXT,
    options TEXT NOT NULL, status TEXT NOT NULL, status_reason TEXT, warned_at BIGINT, judged_from BIGINT NOT NULL DEFAULT 0,
    version BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, UNIQUE (tenant_id, mode, name));
CREATE TABLE email_accounts (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, name TEXT NOT NULL, address TEXT NOT NULL, provider TEXT,
    auth TEXT NOT NULL, options TEXT NOT NULL, secrets {blob}, status TEXT NOT NULL, status_reason TEXT, test TEXT, version BIGINT NOT NULL,
    created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, deleted_at BIGINT);
CREATE INDEX email_accounts_tenant ON email_accounts (tenant_id, mode, id);
CREATE TABLE email_templates (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, name TEXT NOT NULL, description TEXT, current INTEGER NOT NULL,
    version BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, deleted_at BIGINT);
CREATE INDEX email_templates_tenant ON email_templates (tenant_id, mode, id);
CREATE UNIQUE INDEX email_templates_name ON email_templates (tenant_id, mode, name) WHERE deleted_at IS NULL;
CREATE TABLE email_template_versions (
    template_id TEXT NOT NULL, number INTEGER NOT NULL, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, subject TEXT NOT NULL, html TEXT,
    text TEXT, mjml TEXT, sample TEXT NOT NULL DEFAULT '{{}}', created_by TEXT, created_at BIGINT NOT NULL, PRIMARY KEY (template_id, number));
CREATE INDEX email_template_versions_tenant ON email_template_versions (tenant_id, mode);
CREATE TABLE email_suppressions (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, stream TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL,
    reason TEXT NOT NULL, source TEXT NOT NULL, detail TEXT, message_id TEXT, expires_at BIGINT, lift_asked_by TEXT, lift_asked_at BIGINT,
    created_by TEXT, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, UNIQUE (value, tenant_id, mode, stream));
CREATE INDEX email_suppressions_tenant ON email_suppressions (tenant_id, mode, id);
CREATE TABLE email_throttles (
    tenant_id TEXT NOT NULL, mode TEXT NOT NULL, site TEXT NOT NULL, messages INTEGER, period_ms BIGINT, connections INTEGER,
    next_at BIGINT NOT NULL DEFAULT 0, slowed_to INTEGER, slowed_until BIGINT, paused_until BIGINT NOT NULL DEFAULT 0, reason TEXT, reply TEXT,
    strikes TEXT NOT NULL DEFAULT '{{}}', updated_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, mode, site));
CREATE TABLE email_warmups (
    tenant_id TEXT NOT NULL, mode TEXT NOT NULL, source TEXT NOT NULL, site TEXT NOT NULL, plan TEXT NOT NULL, step INTEGER NOT NULL,
    day BIGINT NOT NULL, sent BIGINT NOT NULL DEFAULT 0, status TEXT NOT NULL, reason TEXT, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, mode, source, site));
CREATE TABLE email_figures (
    tenant_id TEXT NOT NULL, mode TEXT NOT NULL, hour BIGINT NOT NULL, stream TEXT NOT NULL, sender_domain TEXT NOT NULL, site TEXT NOT NULL,
    outcome TEXT NOT NULL, reason TEXT NOT NULL, count BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, mode, hour, stream, sender_domain, site, outcome, reason));
CREATE INDEX email_figures_age ON email_figures (hour);
CREATE TABLE email_daily_reports (
    tenant_id TEXT PRIMARY KEY, options TEXT NOT NULL, picture TEXT NOT NULL, told_at BIGINT NOT NULL, due_at BIGINT NOT NULL, mailed_at BIGINT);
CREATE INDEX email_daily_reports_due ON email_daily_reports (due_at);
CREATE TABLE email_daily_refusals (
    tenant_id TEXT NOT NULL, user_id TEXT NOT NULL, created_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, user_id));
CREATE TABLE email_sites (domain TEXT PRIMARY KEY, site TEXT NOT NULL, hosts TEXT NOT NULL, error TEXT, expires_at BIGINT NOT NULL);
"""


def up(_migrator: Any, db: Any) -> None:
    """Create the tables."""
    blob = "BLOB" if isinstance(db, SqliteDatabase) else "BYTEA"
    for statement in TABLES.format(blob=blob).split(";\n"):
        if statement.strip():
            db.execute_sql(statement)


def down(_migrator: Any, db: Any) -> None:
    """Drop the tables."""
    for statement in TABLES.split(";\n"):
        words = statement.split()
        if words[:2] == ["CREATE", "TABLE"]:
            db.execute_sql(f"DROP TABLE IF EXISTS {words[2]}")
