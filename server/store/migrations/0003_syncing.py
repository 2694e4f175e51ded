"""The tables of sync: what vendors know our records as, where each sync stands, and what waits for a person."""

from typing import Any

TABLES = """
CREATE TABLE external_records (
    installation_id TEXT NOT NULL, resource TEXT NOT NULL, external_id TEXT NOT NULL, tenant_id TEXT NOT NULL, mode TEXT NOT NULL,
    local_id TEXT, merged_into TEXT, part TEXT NOT NULL, remote_hash TEXT NOT NULL, remote_version TEXT, base_values TEXT NOT NULL,
    generation BIGINT NOT NULL, hour BIGINT NOT NULL DEFAULT 0, changes INTEGER NOT NULL DEFAULT 0, deleted_at BIGINT, updated_at BIGINT NOT NULL,
    PRIMARY KEY (installation_id, resource, external_id));
CREATE UNIQUE INDEX external_records_local ON external_records (installation_id, resource, local_id)
    WHERE local_id IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX external_records_merged ON external_records (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX external_records_part ON external_records (installation_id, resource, part, generation) WHERE deleted_at IS NULL;
CREATE TABLE awaited_links (
    installation_id TEXT NOT NULL, resource TEXT NOT NULL, direction TEXT NOT NULL, record TEXT NOT NULL, path TEXT NOT NULL,
    awaits TEXT NOT NULL, awaited TEXT NOT NULL, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (installation_id, resource, direction, record, path, awaits, awaited));
CREATE INDEX awaited_links_awaited ON awaited_links (installation_id, awaits, awaited);
CREATE TABLE sync_states (
    installation_id TEXT NOT NULL, resource TEXT NOT NULL, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, cursor TEXT, generation BIGINT NOT NULL,
    rescanned TEXT NOT NULL, listed_at BIGINT, told_at BIGINT, sent_xact BIGINT NOT NULL, sent_position BIGINT NOT NULL,
    updated_at BIGINT NOT NULL, PRIMARY KEY (installation_id, resource));
CREATE TABLE sync_runs (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, installation_id TEXT NOT NULL, kind TEXT NOT NULL, cause TEXT NOT NULL,
    resources TEXT,
    state TEXT NOT NULL, counts TEXT NOT NULL, notes TEXT, error TEXT, created_at BIGINT NOT NULL, started_at BIGINT, finished_at BIGINT);
CREATE INDEX sync_runs_installation ON sync_runs (installation_id, id);
CREATE UNIQUE INDEX sync_runs_one ON sync_runs (installation_id) WHERE finished_at IS NULL AND state <> 'queued';
CREATE UNIQUE INDEX sync_runs_next ON sync_runs (installation_id) WHERE finished_at IS NULL AND state = 'queued';
CREATE INDEX sync_runs_age ON sync_runs (finished_at) WHERE finished_at IS NOT NULL;
CREATE TABLE sync_schedules (
    installation_id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, due_at BIGINT NOT NULL);
CREATE INDEX sync_schedules_due ON sync_schedules (due_at);
CREATE TABLE sync_hints (
    installation_id TEXT NOT NULL, resource TEXT NOT NULL, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, due_at BIGINT NOT NULL,
    PRIMARY KEY (installation_id, resource));
CREATE INDEX sync_hints_due ON sync_hints (due_at);
CREATE TABLE sync_writes (
    installation_id TEXT NOT NULL, resource TEXT NOT NULL, local_id TEXT NOT NULL, tenant_id TEXT NOT NULL, mode TEXT NOT NULL,
    external_id TEXT, action TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, attempts INTEGER NOT NULL, sent_at BIGINT NOT NULL,
    PRIMARY KEY (installation_id, resource, local_id));
CREATE TABLE quarantine (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, installation_id TEXT NOT NULL, resource TEXT NOT NULL,
    external_id TEXT NOT NULL, direction TEXT NOT NULL, payload TEXT NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL, version TEXT NOT NULL,
    attempts INTEGER NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, UNIQUE (installation_id, resource, direction, external_id));
CREATE INDEX quarantine_installation ON quarantine (installation_id, id);
CREATE TABLE conflicts (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, installation_id TEXT NOT NULL, resource TEXT NOT NULL,
    external_id TEXT NOT NULL, local_id TEXT, fields TEXT NOT NULL, base_values TEXT NOT NULL, local_values TEXT, remote_values TEXT,
    created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, UNIQUE (installation_id, resource, external_id));
CREATE INDEX conflicts_installation ON conflicts (installation_id, id);
CREATE TABLE breakers (
    installation_id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, failures INTEGER NOT NULL, opened INTEGER NOT NULL,
    open_until BIGINT NOT NULL, reason TEXT NOT NULL, updated_at BIGINT NOT NULL);
CREATE TABLE vendor_paces (key TEXT PRIMARY KEY, next_at BIGINT NOT NULL, used BIGINT NOT NULL, resets_at BIGINT NOT NULL,
    reason TEXT);
CREATE TABLE vendor_turns (
    key TEXT NOT NULL, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, first_at BIGINT NOT NULL, second_at BIGINT NOT NULL,
    PRIMARY KEY (key, tenant_id, mode));
CREATE TABLE vendor_slots (
    key TEXT NOT NULL, number INTEGER NOT NULL, holder TEXT, until_at BIGINT NOT NULL, PRIMARY KEY (key, number));
"""


def up(_migrator: Any, db: Any) -> None:
    """Create the tables."""
    for statement in TABLES.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)


def down(_migrator: Any, db: Any) -> None:
    """Drop the tables."""
    for statement in reversed(TABLES.split(";\n")):
        words = statement.split()
        if words[:2] == ["CREATE", "TABLE"]:
            db.execute_sql(f"DROP TABLE IF EXISTS {words[2]}")
