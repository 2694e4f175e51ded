"""How far the clocks of sandboxes were put forward; of a tenant without a row, not at all."""

from __future__ import annotations

from typing import Final

from server.store import database

_MOVED: Final = ("first_failure_at", "last_triggered", "parked_until", "throttled_until")


def ahead(tenant_id: str, mode: str) -> int:
    """Return by how many milliseconds the clock of a tenant's sandbox is ahead; that of a live tenant never is."""
    found = database.row("SELECT ahead_ms FROM sandboxes WHERE tenant_id = ?", (tenant_id,)) if mode == "test" else None
    return int(found[0]) if found else 0


def put(tenant_id: str, ahead_ms: int) -> None:
    """Set the clock."""
    database.execute(
        "INSERT INTO sandboxes (tenant_id, ahead_ms) VALUES (?, ?) ON CONFLICT (tenant_id) DO UPDATE SET ahead_ms = excluded.ahead_ms",
        (tenant_id, ahead_ms),
    )


def hasten(tenant_id: str, by_ms: int) -> int:
    """Let what the sandbox's webhooks wait for come so much sooner, and what they remember lie back so much further.

    Returns how many deliveries were waiting. One that is under way is left to whoever took it.
    """
    moved = ", ".join(f"{name} = {name} - ?" for name in _MOVED)
    database.execute(f"UPDATE webhooks SET {moved} WHERE tenant_id = ? AND mode = 'test'", (*[by_ms] * len(_MOVED), tenant_id))
    return database.run(
        "UPDATE deliveries SET due_at = due_at - ? WHERE state = 'pending' AND lease IS NULL AND mode = 'test'"
        " AND webhook_id IN (SELECT id FROM webhooks WHERE tenant_id = ? AND mode = 'test')",
        (by_ms, tenant_id),
    )
