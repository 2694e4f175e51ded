"""Removing what has been kept long enough: a table of what is removed by which age, a few hundred rows of it at a time.

Never removed: an event that some delivery still needs, a delivery that has not ended, a record that is not deleted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from server.store import contents, database
from server.store.records import resources
from server.system import clock

if TYPE_CHECKING:
    from server.store.declaration import Resource


@dataclass(frozen=True, slots=True)
class Rule:
    """A table whose rows are removed once the time in `age` is long enough past; `key` tells the rows apart."""

    table: str
    age: str
    key: str = "id"


RULES: Final = {
    "attempts": Rule("attempts", "started_at"),
    "deliveries": Rule("deliveries", "finished_at"),
    "request_log": Rule("request_log", "at"),
    "idempotency": Rule("idempotency", "created_at", "tenant_id, mode, key"),
    "sessions": Rule("sessions", "expires_at"),
    "one_time_tokens": Rule("one_time_tokens", "expires_at"),
    "lockouts": Rule("lockouts", "last_at", "subject"),
    "jobs": Rule("jobs", "finished_at"),
    "deprecated_calls": Rule("deprecated_calls", "last_at", "tenant_id, mode, day, actor_kind, actor_id, operation, version"),
    "merges": Rule("merges", "created_at"),
    "import_changes": Rule("import_changes", "created_at", "tenant_id, mode, import_id, record_id"),
    "sealed_values": Rule("sealed_values", "superseded_at", "tenant_id, mode, resource, record_id, field, kept_for"),
    "mta_sts_policies": Rule("mta_sts_policies", "looked_at", "domain"),
    "sync_runs": Rule("sync_runs", "finished_at"),
    "email_hits": Rule("email_hits", "at"),
    "email_provider_events": Rule("email_provider_events", "at", "tenant_id, mode, recipient_id, event_key"),
    "email_reports": Rule("email_reports", "ends_at"),
    "connector_authorizations": Rule("connector_authorizations", "expires_at"),
    "installation_faults": Rule("installation_faults", "last_at"),
    "inbound_messages": Rule("inbound_messages", "finished_at"),
}


def remove(rule: Rule, before_ms: int, limit: int) -> int:
    """Remove at most `limit` rows from before a moment, and return how many those were."""
    chosen = f"SELECT {rule.key} FROM {rule.table} WHERE {rule.age} < ? LIMIT ?"
    return database.run(f"DELETE FROM {rule.table} WHERE ({rule.key}) IN ({chosen})", (before_ms, limit))


Place = tuple[int, int]
FIRST: Final[Place] = (0, 0)


def remove_events(before_ms: int, after: Place, limit: int) -> Place | None:
    """Remove those of the next `limit` old events that nobody needs any more; returns where to go on, None at the end.

    Old events that wait for a held delivery stay, so this walks on past them instead of beginning anew.
    """
    sql = "SELECT created_at, position FROM events WHERE created_at < ? AND (created_at, position) > (?, ?) ORDER BY created_at, position LIMIT ?"
    found = database.rows(sql, (before_ms, *after, limit))
    if not found:
        return None
    last: Place = (found[-1][0], found[-1][1])
    database.execute(
        "DELETE FROM events WHERE (created_at, position) > (?, ?) AND (created_at, position) <= (?, ?)"
        " AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.event_id = events.id AND d.state IN ('pending', 'held'))",
        (*after, *last),
    )
    return last if len(found) == limit else None


def remove_records(resource: Resource, before_ms: int, limit: int) -> int:
    """Remove at most `limit` records that were deleted before a moment, with what points at them; returns how many those were."""
    found = database.rows(f"SELECT id FROM {resource.table} WHERE deleted_at < ? LIMIT ?", (before_ms, limit))
    gone: list[Any] = [row[0] for row in found]
    if gone:
        if resource.has_content:
            contents.discard_of_removed(gone, clock.now_ms())
        marks = ", ".join("?" * len(gone))
        for table, column in (
            ("external_ids", "record_id"),
            ("search_entries", "object_id"),
            ("duplicate_keys", "object_id"),
            ("sealed_values", "record_id"),
            (resource.table, "id"),
        ):
            database.execute(f"DELETE FROM {table} WHERE {column} IN ({marks})", gone)
    return len(gone)


def deletable() -> tuple[Resource, ...]:
    """Return the resources whose records can be deleted."""
    return resources()
