"""Values of encrypted fields: sealed, apart from the records, which hold their masks.

A row without `kept_for` is the value that a field has; one with it is what the field had before the import of that id, kept as
long as the import can be taken back. `resource` is a plural, `objects/<type>` for a tenant's own type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Sequence

Place = tuple[str, str, str]
"""Resource, record and field."""

_KEY = "tenant_id, mode, resource, record_id, field"
_RECORD = "tenant_id = ? AND mode = ? AND resource = ? AND record_id = ?"


def put(tenant_id: str, mode: str, place: Place, sealed: bytes) -> None:
    """Write the value of a field, over the one it had."""
    database.execute(
        f"INSERT INTO sealed_values ({_KEY}, kept_for, sealed) VALUES (?, ?, ?, ?, ?, '', ?)"
        f" ON CONFLICT ({_KEY}, kept_for) DO UPDATE SET sealed = excluded.sealed",
        (tenant_id, mode, *place, sealed),
    )


def remove(tenant_id: str, mode: str, place: Place) -> None:
    """Remove the value of a field."""
    database.execute(f"DELETE FROM sealed_values WHERE {_RECORD} AND field = ? AND kept_for = ''", (tenant_id, mode, *place))


def of_record(tenant_id: str, mode: str, resource: str, record_id: str, kept_for: str = "") -> dict[str, bytes]:
    """Return the values of a record by field: those it has, or those it had before an import."""
    sql = f"SELECT field, sealed FROM sealed_values WHERE {_RECORD} AND kept_for = ?"
    return {row[0]: bytes(row[1]) for row in database.rows(sql, (tenant_id, mode, resource, record_id, kept_for))}


def keep_former(tenant_id: str, mode: str, resource: str, record_id: str, import_id: str, at_ms: int) -> None:
    """Keep the values of a record that an import is about to change; those from before it first did stay."""
    database.execute(
        f"INSERT INTO sealed_values ({_KEY}, kept_for, superseded_at, sealed) SELECT {_KEY}, ?, ?, sealed FROM sealed_values"
        f" WHERE {_RECORD} AND kept_for = '' ON CONFLICT ({_KEY}, kept_for) DO NOTHING",
        (import_id, at_ms, tenant_id, mode, resource, record_id),
    )


def forget_former(tenant_id: str, mode: str, resource: str, record_id: str, import_id: str) -> None:
    """Forget what was kept of a record for an import."""
    database.execute(f"DELETE FROM sealed_values WHERE {_RECORD} AND kept_for = ?", (tenant_id, mode, resource, record_id, import_id))


def remove_field(tenant_id: str, mode: str, resource: str, field: str) -> None:
    """Remove every value of a field, those kept for imports too."""
    database.execute("DELETE FROM sealed_values WHERE tenant_id = ? AND mode = ? AND resource = ? AND field = ?", (tenant_id, mode, resource, field))


def everywhere(after: Sequence[str], limit: int) -> list[tuple[tuple[str, ...], bytes]]:
    """Return values of all tenants behind a place with its `kept_for`, empty for the beginning, in the order of the places."""
    behind = f"WHERE ({_KEY}, kept_for) > (?, ?, ?, ?, ?, ?)" if after else ""
    sql = f"SELECT {_KEY}, kept_for, sealed FROM sealed_values {behind} ORDER BY {_KEY}, kept_for LIMIT ?"
    return [(row[:-1], bytes(row[-1])) for row in database.rows(sql, (*after, limit))]


def count_revealed(tenant_id: str, mode: str, actor_id: str, minute: int, fields: int) -> int:
    """Count what somebody has revealed, and return how many fields that makes in this minute."""
    found = database.row(
        "INSERT INTO reveals (tenant_id, mode, actor_id, minute, fields) VALUES (?, ?, ?, ?, ?) ON CONFLICT (tenant_id, mode, actor_id) DO UPDATE SET"
        " fields = excluded.fields + CASE WHEN reveals.minute = excluded.minute THEN reveals.fields ELSE 0 END, minute = excluded.minute"
        " RETURNING fields",
        (tenant_id, mode, actor_id, minute, fields),
    )
    return int(found[0]) if found else 0
