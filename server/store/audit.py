"""The audit trail: one row for every change and sign-in, appended in the transaction that made it, never rewritten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Mapping

_INSERT = (
    "INSERT INTO audit (id, tenant_id, mode, at, actor_kind, actor_id, action, object, object_id, changes, address, request_id)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def insert(
    tenant_id: str,
    mode: str,
    entry_id: str,
    at_ms: int,
    actor: tuple[str, str, str | None, str | None],
    action: str,
    target: tuple[str, str],
    changes: str | None,
) -> None:
    """Append an entry; `actor` is (kind, id, address, request id), `target` is (object, id), `changes` is JSON without secrets."""
    kind, actor_id, address, request_id = actor
    database.execute(_INSERT, (entry_id, tenant_id, mode, at_ms, kind, actor_id, action, *target, changes, address, request_id))


COLUMNS: Final = (
    "position", "id", "tenant_id", "mode", "at", "actor_kind", "actor_id", "action", "object", "object_id", "changes", "address", "request_id",
    "sequence", "seal",
)  # fmt: skip
Row = dict[str, Any]
FILTERS: Final = {
    "action": "action = ?",
    "actor_id": "actor_id = ?",
    "object": "object = ?",
    "object_id": "object_id = ?",
    "request_id": "request_id = ?",
    "since": "at >= ?",
    "until": "at < ?",
}


def page(tenant_id: str | None, mode: str | None, filters: Mapping[str, Any], before: int | None, limit: int) -> list[Row]:
    """Return entries before a position, the newest first. Without a tenant, or mode, those of all; `filters` has keys of `FILTERS`."""
    return _read(filters, {"tenant_id = ?": tenant_id, "mode = ?": mode, "position < ?": before}, "position DESC", limit)


def after(tenant_id: str | None, mode: str | None, filters: Mapping[str, Any], position: int, limit: int) -> list[Row]:
    """Return entries behind a position, the oldest first; otherwise as `page`."""
    return _read(filters, {"tenant_id = ?": tenant_id, "mode = ?": mode, "position > ?": position}, "position", limit)


def _read(filters: Mapping[str, Any], places: Mapping[str, Any], order: str, limit: int) -> list[Row]:
    wanted = {FILTERS[name]: value for name, value in filters.items()} | {
        condition: value for condition, value in places.items() if value is not None
    }
    where = f"WHERE {' AND '.join(wanted)} " if wanted else ""
    found = database.rows(f"SELECT {', '.join(COLUMNS)} FROM audit {where}ORDER BY {order} LIMIT ?", (*wanted.values(), limit))
    return [dict(zip(COLUMNS, row, strict=True)) for row in found]
