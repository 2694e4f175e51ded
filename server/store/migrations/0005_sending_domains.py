"""Sending domains, the keys that sign for them, and what is known of others' policies, of blocklists and from receivers' reports."""

from typing import Any

from peewee import SqliteDatabase

TABLES = """
CREATE TABLE sending_domains (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL, return_path TEXT, tracking TEXT,
    findings TEXT NOT NULL DEFAULT '[]', checked_at BIGINT, verified_at BIGINT, failing_since BIGINT, due_at BIGINT NOT NULL,
    version BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, UNIQUE (tenant_id, mode, name));
CREATE INDEX sending_domains_verified ON sending_domains (name) WHERE verified_at IS NOT NULL;
CREATE INDEX sending_domains_due ON sending_domains (due_at);
CREATE TABLE dkim_keys (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, domain_id TEXT NOT NULL, selector TEXT NOT NULL, algorithm TEXT NOT NULL,
    private {blob}, public TEXT NOT NULL, state TEXT NOT NULL, created_at BIGINT NOT NULL, verified_at BIGINT, activated_at BIGINT,
    replaced_at BIGINT, retired_at BIGINT, UNIQUE (domain_id, selector));
CREATE TABLE mta_sts_policies (
    domain TEXT PRIMARY KEY, policy_id TEXT, enforcement TEXT, hosts TEXT NOT NULL DEFAULT '[]', fetched_at BIGINT, expires_at BIGINT,
    looked_at BIGINT NOT NULL, failure TEXT);
CREATE TABLE blocklist_listings (
    subject TEXT NOT NULL, zone TEXT NOT NULL, state TEXT NOT NULL, detail TEXT NOT NULL, changed_at BIGINT NOT NULL, checked_at BIGINT NOT NULL,
    PRIMARY KEY (subject, zone));
CREATE TABLE email_reports (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, kind TEXT NOT NULL, domain TEXT NOT NULL, reporter TEXT NOT NULL,
    report_id TEXT NOT NULL, begins_at BIGINT NOT NULL, ends_at BIGINT NOT NULL, passed BIGINT NOT NULL, failed BIGINT NOT NULL,
    body TEXT NOT NULL, created_at BIGINT NOT NULL, UNIQUE (tenant_id, mode, kind, domain, reporter, report_id));
CREATE INDEX email_reports_time ON email_reports (tenant_id, mode, ends_at);
"""


def up(_migrator: Any, db: Any) -> None:
    """Create the tables."""
    blob = "BLOB" if isinstance(db, SqliteDatabase) else "BYTEA"
    for statement in TABLES.format(blob=blob).split(";\n"):
        if statement.strip():
            db.execute_sql(statement)


def down(_migrator: Any, db: Any) -> None:
    """Drop the tables."""
    for table in ("email_reports", "blocklist_listings", "mta_sts_policies", "dkim_keys", "sending_domains"):
        db.execute_sql(f"DROP TABLE IF EXISTS {table}")
