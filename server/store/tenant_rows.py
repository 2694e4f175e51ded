"""Everything of one tenant, table by table: for an archive of it, and for deleting it in small batches.

`TABLES` names every table with a tenant's rows beside the resource tables; a test compares it with the schema, so that no
table can be forgotten when a tenant asks for all of its data, or for its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.store import database, records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from server.store.declaration import Resource

BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class TenantTable:
    """A table with tenants' rows. `key` is unique and gives the order; `noun` names a row in the archive, None leaves it out.

    `omitted` are columns that hold secrets or bookkeeping, `json` those that hold JSON as text.
    """

    name: str
    noun: str | None
    key: tuple[str, ...] = ("id",)
    omitted: frozenset[str] = frozenset()
    json: frozenset[str] = frozenset()
    modes: bool = True


TABLES: Final = (
    TenantTable("users", "user", omitted=frozenset({"password_hash", "totp_secret", "totp_last_step", "recovery_codes"}), modes=False),
    TenantTable("api_keys", "api_key", omitted=frozenset({"digest"}), json=frozenset({"scopes", "allowed_addresses"})),
    TenantTable(
        "clients",
        "client",
        omitted=frozenset({"secret_digest", "old_secret_digest", "old_secret_ends_at", "registration_digest"}),
        json=frozenset({"grant_types", "redirect_uris", "scopes", "metadata"}),
    ),
    TenantTable(
        "authorizations",
        "authorization",
        omitted=frozenset({"code_digest", "code_expires_at", "code_used_at", "challenge", "nonce"}),
        json=frozenset({"scopes", "resources"}),
    ),
    TenantTable("tokens", None),
    TenantTable("client_registrations", None, ("tenant_id",), modes=False),
    TenantTable("legacy_access", None, ("tenant_id",), modes=False),
    TenantTable("legacy_passwords", "legacy_password", omitted=frozenset({"digest"}), json=frozenset({"scopes"}), modes=False),
    TenantTable("webhooks", "webhook", omitted=frozenset({"secrets", "headers", "credentials"}), json=frozenset({"events", "options"})),
    TenantTable("inbound_sources", "inbound_source", omitted=frozenset({"secrets"}), json=frozenset({"options"})),
    TenantTable("installations", "installation", omitted=frozenset({"secrets"}), json=frozenset({"config", "mappings", "options", "permissions"})),
    TenantTable("installation_faults", "installation_fault"),
    TenantTable("installation_usage", "installation_use", ("mode", "installation_id", "day", "figure")),
    TenantTable("remote_subscriptions", "remote_subscription", omitted=frozenset({"secret"}), json=frozenset({"fields"})),
    TenantTable(
        "connector_credentials", "connector_credential", omitted=frozenset({"secret", "lease_owner", "lease_until"}), json=frozenset({"scopes"})
    ),
    TenantTable("connector_authorizations", None),
    TenantTable("provider_apps", "provider_app", omitted=frozenset({"secret", "webhook_secret"}), json=frozenset({"options"}), modes=False),
    TenantTable("integration_reviews", "integration_review", modes=False),
    TenantTable("external_records", "external_record", ("installation_id", "resource", "external_id"), json=frozenset({"base_values"})),
    TenantTable("awaited_links", None, ("installation_id", "resource", "direction", "record", "path", "awaits", "awaited")),
    TenantTable("sync_states", "sync_state", ("installation_id", "resource"), json=frozenset({"cursor", "rescanned"})),
    TenantTable("sync_runs", "sync", json=frozenset({"resources", "counts", "notes", "error"})),
    TenantTable("sync_schedules", None, ("installation_id",)),
    TenantTable("sync_hints", None, ("installation_id", "resource")),
    TenantTable("sync_writes", None, ("installation_id", "resource", "local_id")),
    TenantTable("quarantine", "quarantined_record", json=frozenset({"payload"})),
    TenantTable("conflicts", "sync_conflict", json=frozenset({"fields", "base_values", "local_values", "remote_values"})),
    TenantTable("breakers", None, ("installation_id",)),
    TenantTable("vendor_turns", None, ("key", "mode")),
    TenantTable("inbound_messages", "inbound_message", omitted=frozenset({"body", "headers", "lease"})),
    TenantTable("sending_domains", "sending_domain", json=frozenset({"findings"})),
    TenantTable("dkim_keys", "dkim_key", omitted=frozenset({"private"})),
    TenantTable("email_reports", "email_report", json=frozenset({"body"})),
    TenantTable("event_consumers", "event_consumer", omitted=frozenset({"xact", "position"})),
    TenantTable("custom_fields", "custom_field", json=frozenset({"options"})),
    TenantTable("sealed_values", None, ("mode", "resource", "record_id", "field", "kept_for")),
    TenantTable("reveals", None, ("mode", "actor_id")),
    TenantTable("object_types", "object_type"),
    TenantTable("custom_endpoints", "custom_endpoint", json=frozenset({"question", "parameters"})),
    TenantTable("merges", "merge", json=frozenset({"journal"})),
    TenantTable("import_changes", "import_change", ("mode", "import_id", "record_id"), json=frozenset({"former"})),
    TenantTable("jobs", "job", omitted=frozenset({"lease", "secrets"}), json=frozenset({"input", "progress", "result", "error", "actor"})),
    TenantTable("events", "event", ("position",), omitted=frozenset({"position", "xact"}), json=frozenset({"body"})),
    TenantTable("deliveries", "delivery", omitted=frozenset({"lease"})),
    TenantTable("attempts", "attempt", json=frozenset({"timings", "request", "response"})),
    TenantTable("audit", "audit_entry", ("position",), omitted=frozenset({"position", "seal"}), json=frozenset({"changes"})),
    TenantTable("request_log", "log", ("at", "id")),
    TenantTable("deprecated_calls", "deprecated_use", ("mode", "day", "actor_kind", "actor_id", "operation", "version")),
    TenantTable("search_entries", None, ("position",)),
    TenantTable("duplicate_keys", None, ("mode", "object", "key", "object_id")),
    TenantTable("external_ids", None, ("mode", "resource", "system", "external_id")),
    TenantTable("contents", "content", omitted=frozenset({"scan_due_at"})),
    TenantTable("uploads", None),
    TenantTable("upload_parts", None, ("upload_id", "number")),
    TenantTable("email_messages", "email_message", json=frozenset({"addressed", "tracking", "metadata"})),
    TenantTable("email_contents", None, ("message_id",)),
    TenantTable("email_recipients", "email_recipient", omitted=frozenset({"lane", "lease"})),
    TenantTable("email_lanes", None, ("name",)),
    TenantTable("email_events", "email_event", json=frozenset({"detail"})),
    TenantTable("email_provider_events", None, ("mode", "recipient_id", "event_key")),
    TenantTable("email_streams", "email_stream", json=frozenset({"options"})),
    TenantTable("email_accounts", "email_account", omitted=frozenset({"secrets"}), json=frozenset({"options", "test"})),
    TenantTable("email_templates", "email_template"),
    TenantTable("email_template_versions", "email_template_version", ("template_id", "number"), json=frozenset({"sample"})),
    TenantTable("email_hits", "email_hit"),
    TenantTable("email_suppressions", "email_suppression"),
    TenantTable(
        "email_arrivals",
        "email_arrival",
        omitted=frozenset({"due_at", "attempts"}),
        json=frozenset({"recipients", "authentication", "attachments"}),
    ),
    TenantTable("email_arrival_contents", None, ("arrival_id",)),
    TenantTable("email_sightings", None, ("mode", "source", "place")),
    TenantTable("email_threads", None, ("mode", "header_id")),
    TenantTable("email_routes", "email_route", json=frozenset({"options"})),
    TenantTable("email_route_addresses", None, ("address",)),
    TenantTable("email_mailboxes", None, ("account_id", "folder")),
    TenantTable("email_inbound_policies", None, ("mode",), json=frozenset({"options"})),
    TenantTable("email_daily_reports", None, ("tenant_id",), json=frozenset({"options", "picture"}), modes=False),
    TenantTable("email_daily_refusals", None, ("user_id",), modes=False),
    TenantTable("email_strikes", None, ("mode", "address")),
    TenantTable("email_throttles", None, ("mode", "site")),
    TenantTable("email_warmups", None, ("mode", "source", "site")),
    TenantTable("email_figures", None, ("mode", "hour", "stream", "sender_domain", "site", "outcome", "reason")),
    TenantTable("idempotency", None, ("mode", "key")),
    TenantTable("sessions", None, modes=False),
    TenantTable("sandboxes", None, ("tenant_id",), modes=False),
)
# What belongs to records and goes with them; what was set up, sent and noted is no part of them.
_OF_RECORDS: Final = frozenset(
    {
        "sealed_values", "merges", "import_changes", "search_entries", "duplicate_keys", "external_ids", "external_records", "awaited_links",
        "sync_states", "sync_hints", "sync_writes", "quarantine", "conflicts",
    }
)  # fmt: skip


def tables() -> tuple[TenantTable, ...]:
    """Return every table with tenants' rows, the resource tables first."""
    return (*(TenantTable(one.table, one.noun, ("created_at", "id")) for one in records.resources()), *TABLES)


@cache
def _columns(table: str) -> tuple[str, ...]:
    return tuple(column.name for column in database.db.get_columns(table))


@cache
def _resources() -> dict[str, Resource]:
    return {resource.table: resource for resource in records.resources()}


def read(tenant_id: str, table: TenantTable) -> Iterator[list[dict[str, Any]]]:
    """Yield a tenant's rows of a table in batches, each as it goes into an archive; every batch is a query of its own."""
    for mode in ("live", "test") if table.modes else (None,):
        yield from _read(tenant_id, mode, table)


def _read(tenant_id: str, mode: str | None, table: TenantTable) -> Iterator[list[dict[str, Any]]]:
    resource = _resources().get(table.name)
    columns = _columns(table.name)
    wanted = resource.select_list if resource else ", ".join(columns)
    key, behind = ", ".join(table.key), ", ".join("?" * len(table.key))
    owned = "tenant_id = ?" + (" AND mode = ?" if mode else "")
    values = (tenant_id, mode) if mode else (tenant_id,)
    after: tuple[Any, ...] = ()
    while True:
        place = f" AND ({key}) > ({behind})" if after else ""
        sql = f"SELECT {wanted}, {key} FROM {table.name} WHERE {owned}{place} ORDER BY {key} LIMIT {BATCH}"
        found = database.rows(sql, (*values, *after))
        rows = [row[: -len(table.key)] for row in found]
        if resource and rows:
            yield [{**resource.document(row), "mode": mode} for row in rows]
        elif rows:
            yield [_shown(table, columns, row) for row in rows]
        if len(found) < BATCH:
            return
        after = tuple(found[-1][-len(table.key) :])


def _shown(table: TenantTable, columns: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    kept = {name: value for name, value in zip(columns, row, strict=True) if name not in table.omitted and name != "tenant_id"}
    return kept | {name: orjson.loads(bytes(kept[name]) if isinstance(kept[name], memoryview) else kept[name]) for name in table.json if kept[name]}


def delete_batch(tenant_id: str, table: TenantTable, mode: str | None = None) -> int:
    """Delete a batch of a tenant's rows, of one mode when it is given, and return how many there were; 0 says that none are left."""
    key, owned = ", ".join(table.key), "tenant_id = ?" + (" AND mode = ?" if mode else "")
    values = (tenant_id, mode) if mode else (tenant_id,)
    return database.run(
        f"DELETE FROM {table.name} WHERE {owned} AND ({key}) IN (SELECT {key} FROM {table.name} WHERE {owned} LIMIT {BATCH})", (*values, *values)
    )


def count(tenant_id: str, some: Iterable[TenantTable], mode: str) -> int:
    """Return how many rows of a mode a tenant has in some tables."""
    sql = "SELECT COUNT(*) FROM {} WHERE tenant_id = ? AND mode = ?"
    return sum(database.rows(sql.format(table.name), (tenant_id, mode))[0][0] for table in some)


def of_records() -> tuple[TenantTable, ...]:
    """Return the tables of records, and of what belongs to them."""
    return tuple(table for table in tables() if table.name in _OF_RECORDS or table.name in _resources())


def delete_tokens(tenant_id: str) -> None:
    """Delete the one-time tokens of a tenant's users, which know no tenant."""
    database.execute("DELETE FROM one_time_tokens WHERE user_id IN (SELECT id FROM users WHERE tenant_id = ?)", (tenant_id,))
