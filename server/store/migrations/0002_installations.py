"""Installed connectors: installations, the credentials they share, consents under way, remote subscriptions, usage, faults and reviews."""

from typing import Any

from peewee import SqliteDatabase

TABLES = """
CREATE TABLE provider_apps (
    id TEXT PRIMARY KEY, tenant_id TEXT, provider TEXT NOT NULL, client_id TEXT NOT NULL, secret {blob} NOT NULL,
    webhook_secret {blob}, options TEXT NOT NULL,
    version BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL);
CREATE UNIQUE INDEX provider_apps_tenant ON provider_apps (tenant_id, provider) WHERE tenant_id IS NOT NULL;
CREATE UNIQUE INDEX provider_apps_appliance ON provider_apps (provider) WHERE tenant_id IS NULL;
CREATE TABLE connector_credentials (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, provider TEXT NOT NULL, kind TEXT NOT NULL, app_id TEXT, account_id TEXT,
    account_name TEXT, secret {blob}, scopes TEXT NOT NULL, state TEXT NOT NULL, reason TEXT, expires_at BIGINT,
    version BIGINT NOT NULL, lease_owner TEXT, lease_until BIGINT NOT NULL DEFAULT 0, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL);
CREATE INDEX connector_credentials_tenant ON connector_credentials (tenant_id, mode, provider, id);
CREATE INDEX connector_credentials_expiry ON connector_credentials (expires_at) WHERE state = 'active' AND expires_at IS NOT NULL;
CREATE TABLE connector_authorizations (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, state_digest TEXT NOT NULL UNIQUE, provider TEXT NOT NULL, app_id TEXT,
    installation_id TEXT NOT NULL, credential_id TEXT, scopes TEXT NOT NULL, verifier {blob} NOT NULL, redirect_uri TEXT NOT NULL, return_url TEXT,
    browser_digest TEXT, actor_id TEXT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, used_at BIGINT);
CREATE INDEX connector_authorizations_age ON connector_authorizations (expires_at);
CREATE TABLE installations (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, integration TEXT NOT NULL, name TEXT NOT NULL,
    connector_version TEXT NOT NULL, pinned SMALLINT NOT NULL, config TEXT NOT NULL, secrets {blob}, mappings TEXT NOT NULL,
    options TEXT NOT NULL, auth TEXT NOT NULL, permissions TEXT NOT NULL, sync_interval BIGINT, status TEXT NOT NULL, status_reason TEXT,
    status_detail TEXT, status_remedy TEXT, provider TEXT NOT NULL,
    credential_id TEXT, account_id TEXT, account_name TEXT, account_part TEXT NOT NULL DEFAULT '', state_version BIGINT NOT NULL,
    last_synced_at BIGINT, last_event_at BIGINT, created_by TEXT,
    version BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, deleted_at BIGINT);
CREATE INDEX installations_tenant ON installations (tenant_id, mode, id);
CREATE INDEX installations_integration ON installations (tenant_id, mode, integration) WHERE deleted_at IS NULL;
CREATE INDEX installations_ended ON installations (updated_at) WHERE status = 'removing';
CREATE INDEX installations_credential ON installations (credential_id) WHERE credential_id IS NOT NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX installations_account ON installations (tenant_id, mode, integration, account_id, account_part)
    WHERE account_id IS NOT NULL AND deleted_at IS NULL;
CREATE TABLE installation_faults (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, installation_id TEXT NOT NULL, code TEXT NOT NULL, detail TEXT NOT NULL,
    remedy TEXT, occurrences BIGINT NOT NULL, first_at BIGINT NOT NULL, last_at BIGINT NOT NULL);
CREATE INDEX installation_faults_place ON installation_faults (tenant_id, mode, installation_id, last_at);
CREATE UNIQUE INDEX installation_faults_code ON installation_faults (installation_id, code);
CREATE TABLE installation_usage (
    tenant_id TEXT NOT NULL, mode TEXT NOT NULL, installation_id TEXT NOT NULL, day TEXT NOT NULL, figure TEXT NOT NULL, count BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, mode, installation_id, day, figure));
CREATE TABLE remote_subscriptions (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, installation_id TEXT NOT NULL, topic TEXT NOT NULL, remote_id TEXT,
    fields TEXT NOT NULL, secret {blob}, state TEXT NOT NULL, last_error TEXT,
    granted_at BIGINT NOT NULL, renew_at BIGINT, expires_at BIGINT, attempts BIGINT NOT NULL,
    created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, UNIQUE (installation_id, topic));
CREATE INDEX remote_subscriptions_due ON remote_subscriptions (renew_at) WHERE renew_at IS NOT NULL;
CREATE TABLE integration_reviews (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, integration TEXT NOT NULL, user_id TEXT NOT NULL, author TEXT, rating BIGINT NOT NULL, title TEXT,
    body TEXT,     verified SMALLINT NOT NULL, version BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,
    UNIQUE (tenant_id, integration, user_id));
CREATE INDEX integration_reviews_key ON integration_reviews (integration, id);
CREATE TABLE connector_packages (
    key TEXT NOT NULL, version TEXT NOT NULL, title TEXT NOT NULL, publisher TEXT NOT NULL, digest TEXT NOT NULL, signed_by TEXT,
    archive {blob} NOT NULL, created_by TEXT, created_at BIGINT NOT NULL, PRIMARY KEY (key, version))
"""


def up(_migrator: Any, db: Any) -> None:
    """Create the tables."""
    blob = "BLOB" if isinstance(db, SqliteDatabase) else "BYTEA"
    for statement in TABLES.format(blob=blob).split(";\n"):
        db.execute_sql(statement)


def down(_migrator: Any, db: Any) -> None:
    """Drop the tables."""
    for statement in reversed(TABLES.split(";\n")):
        words = statement.split()
        if words[:2] == ["CREATE", "TABLE"]:
            db.execute_sql(f"DROP TABLE {words[2]}")
