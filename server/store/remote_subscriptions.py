"""Remote subscriptions: what vendors were asked to call us about, one row per installation and topic, and when each has to be renewed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database
from server.store.tables import Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE: Final = Table(
    "remote_subscriptions",
    (
        "id", "tenant_id", "mode", "installation_id", "topic", "remote_id", "fields", "secret", "state", "last_error", "granted_at", "renew_at",
        "expires_at", "attempts", "created_at", "updated_at",
    ),
    json=frozenset({"fields"}),
)  # fmt: skip
_OWN: Final = "tenant_id = ? AND mode = ? AND installation_id = ?"


def put(tenant_id: str, mode: str, row: Mapping[str, Any]) -> None:
    """Write what a vendor granted for a topic over what it granted before."""
    TABLE.insert_over({**row, "tenant_id": tenant_id, "mode": mode}, ("installation_id", "topic"), ("id", "created_at"))


def of_installation(tenant_id: str, mode: str, installation_id: str) -> list[Row]:
    """Return the subscriptions of an installation, by topic."""
    return TABLE.rows(f"{_OWN} ORDER BY topic", (tenant_id, mode, installation_id))


def note(tenant_id: str, mode: str, installation_id: str, topic: str, change: Mapping[str, Any]) -> None:
    """Write what became of a subscription: its `state`, `last_error`, `attempts` and when to try again."""
    TABLE.update(change, f"{_OWN} AND topic = ?", (tenant_id, mode, installation_id, topic))


def delete(tenant_id: str, mode: str, installation_id: str, topic: str | None = None) -> None:
    """Forget the subscription to a topic, or for None every one of an installation."""
    condition, values = (f"{_OWN} AND topic = ?", (topic,)) if topic is not None else (_OWN, ())
    database.execute(f"DELETE FROM remote_subscriptions WHERE {condition}", (tenant_id, mode, installation_id, *values))


def due(now_ms: int, limit: int) -> list[Row]:
    """Return subscriptions of all tenants that have to be renewed, the most urgent first."""
    return TABLE.rows("renew_at IS NOT NULL AND renew_at <= ? ORDER BY renew_at LIMIT ?", (now_ms, limit))
