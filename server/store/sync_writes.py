"""Writes under way at a vendor: a row is committed before a change is sent and goes with its outcome, so one that stays is of unknown outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database
from server.store.tables import Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TABLE: Final = Table(
    "sync_writes",
    ("installation_id", "resource", "local_id", "tenant_id", "mode", "external_id", "action", "key", "body", "attempts", "sent_at"),
    json=frozenset({"body"}),
)
_OWN: Final = "tenant_id = ? AND mode = ? AND installation_id = ?"


def put(tenant_id: str, mode: str, row: Mapping[str, Any]) -> None:
    """Note that a change is about to be sent."""
    TABLE.insert_over({**row, "tenant_id": tenant_id, "mode": mode}, ("installation_id", "resource", "local_id"), ())


def rows(tenant_id: str, mode: str, installation_id: str, resource: str) -> list[Row]:
    """Return the writes whose outcome is not known, the oldest first."""
    return TABLE.rows(f"{_OWN} AND resource = ? ORDER BY sent_at, local_id", (tenant_id, mode, installation_id, resource))


def delete(tenant_id: str, mode: str, installation_id: str, resource: str, local_ids: Sequence[str]) -> None:
    """Forget writes whose outcome is known."""
    sql = f"DELETE FROM sync_writes WHERE {_OWN} AND resource = ? AND local_id = ?"
    database.run_many(sql, [(tenant_id, mode, installation_id, resource, one) for one in local_ids])


def delete_of(tenant_id: str, mode: str, installation_id: str) -> int:
    """Delete everything of an installation."""
    return database.run(f"DELETE FROM sync_writes WHERE {_OWN}", (tenant_id, mode, installation_id))
