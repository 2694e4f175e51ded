"""The first schema goes up and down on both databases, and every table of a tenant's rows says whose they are."""

from __future__ import annotations

from server.store import database, records, schema

# Tables without a tenant of their own, and why.
UNSCOPED = {
    "audit_gaps": "one chain seals the entries of all tenants",
    "connector_packages": "the catalogue is the appliance's",
    "email_sites": "who takes mail for a domain is the same for everybody",
    "blocklist_listings": "the addresses that mail leaves from belong to the appliance",
    "generations": "counters of the appliance",
    "lockouts": "counts by address and account, before anybody is known",
    "marks": "what the appliance remembers of itself",
    "mta_sts_policies": "what other domains publish for everybody",
    "one_time_tokens": "belong to a user, who may be an operator",
    "outbox": "the appliance's own mails",
    "schema_migration": "what was applied",
    "signing_keys": "the appliance signs for all tenants",
    "tenants": "the row is the tenant",
    "tiers": "belong to the appliance",
    "vendor_paces": "a vendor counts all who use one app together",
    "vendor_slots": "a vendor counts all who use one app together",
    "backup_runs": "a backup holds every tenant",
}
# Rows of people, keys and OAuth clients, which may belong to the appliance instead of a tenant, and lines of requests that nobody signed.
OPTIONAL = {"api_keys", "clients", "provider_apps", "request_log", "sessions", "users"}
# People are the same in both modes, and so is who may become a client, a tenant's own app at a vendor, and what people think of connectors.
MODELESS = {"client_registrations", "integration_reviews", "provider_apps", "legacy_access", "legacy_passwords", "sandboxes", "sessions", "users"} | {
    "email_daily_reports",  # of live mail alone
    "email_daily_refusals",  # people have no mode
}
# What a database keeps for itself beside the tables.
INTERNAL = ("sqlite_", "search_words")


def tables() -> set[str]:
    return {name for name in database.db.get_tables() if not name.startswith(INTERNAL)}


def nullable(table: str) -> dict[str, bool]:
    return {column.name: column.null for column in database.db.get_columns(table)}


def test_going_down_leaves_only_resources_and_going_up_again_is_whole(database_url: str) -> None:
    database.forget_statements()
    database.open_database(database_url)
    assert schema.migrate()
    before = {name: nullable(name) for name in tables()}
    resources = {resource.table for resource in records.resources()}
    assert schema.revert("0001_initial")[-1] == "0001_initial"
    assert tables() == resources | {"schema_migration"}
    assert schema.pending() == schema.known()
    assert schema.migrate() == schema.known()
    assert {name: nullable(name) for name in tables()} == before
    assert (schema.migrate(), schema.pending()) == ([], [])
    database.close()
    database.forget_statements()


def test_every_table_of_tenants_rows_names_the_tenant_and_the_mode(opened: str) -> None:
    loose = {name: nullable(name) for name in tables() if name not in UNSCOPED}
    assert [name for name, columns in loose.items() if "tenant_id" not in columns] == []
    assert {name for name, columns in loose.items() if "mode" not in columns} == MODELESS
    assert {name for name, columns in loose.items() if columns["tenant_id"]} == OPTIONAL
    assert set(UNSCOPED) <= tables(), "these are gone; take them off the table"
