"""Receiving: mails that arrived and where they were seen, routes, threads, places in mailboxes, and addresses that fail again and again."""

from typing import Any

from peewee import SqliteDatabase

# A mail's `due_at` is when it is worked on next, or the end of a lease; what has `finished_at` is over.
TABLES = """
CREATE TABLE email_arrivals (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, copy_key TEXT NOT NULL, header_id TEXT, thread_id TEXT NOT NULL,
    sender TEXT NOT NULL, subject TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, state_reason TEXT, recipients TEXT NOT NULL,
    authentication TEXT NOT NULL, identity TEXT, attachments TEXT NOT NULL, size BIGINT NOT NULL, route_id TEXT, activity_id TEXT,
    message_id TEXT, attempts INTEGER NOT NULL DEFAULT 0, due_at BIGINT, received_at BIGINT NOT NULL, finished_at BIGINT,
    UNIQUE (tenant_id, mode, copy_key));
CREATE INDEX email_arrivals_tenant ON email_arrivals (tenant_id, mode, id);
CREATE INDEX email_arrivals_due ON email_arrivals (due_at) WHERE finished_at IS NULL;
CREATE INDEX email_arrivals_header ON email_arrivals (tenant_id, mode, header_id);
CREATE INDEX email_arrivals_age ON email_arrivals (received_at);
CREATE TABLE email_arrival_contents (
    arrival_id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, body {blob} NOT NULL, created_at BIGINT NOT NULL);
CREATE INDEX email_arrival_contents_age ON email_arrival_contents (created_at);
CREATE TABLE email_sightings (
    tenant_id TEXT NOT NULL, mode TEXT NOT NULL, source TEXT NOT NULL, place TEXT NOT NULL, arrival_id TEXT NOT NULL, seen_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, mode, source, place));
CREATE INDEX email_sightings_arrival ON email_sightings (arrival_id);
CREATE TABLE email_threads (
    tenant_id TEXT NOT NULL, mode TEXT NOT NULL, header_id TEXT NOT NULL, thread_id TEXT NOT NULL, created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, mode, header_id));
CREATE TABLE email_routes (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, name TEXT NOT NULL, position INTEGER NOT NULL, options TEXT NOT NULL,
    active INTEGER NOT NULL, version BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, deleted_at BIGINT);
CREATE INDEX email_routes_tenant ON email_routes (tenant_id, mode, id);
CREATE TABLE email_route_addresses (
    address TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, route_id TEXT NOT NULL);
CREATE INDEX email_route_addresses_route ON email_route_addresses (route_id);
CREATE TABLE email_mailboxes (
    account_id TEXT NOT NULL, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, folder TEXT NOT NULL, validity TEXT NOT NULL, place BIGINT NOT NULL,
    updated_at BIGINT NOT NULL, PRIMARY KEY (account_id, folder));
CREATE TABLE email_inbound_policies (
    tenant_id TEXT NOT NULL, mode TEXT NOT NULL, options TEXT NOT NULL, updated_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, mode));
CREATE TABLE email_strikes (
    tenant_id TEXT NOT NULL, mode TEXT NOT NULL, address TEXT NOT NULL, count INTEGER NOT NULL, first_at BIGINT NOT NULL, last_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, mode, address));
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
