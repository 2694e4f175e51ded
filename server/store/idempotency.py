"""Idempotency keys and the sealed answers kept for them."""

from __future__ import annotations

from server.store import database


def claim(tenant_id: str, mode: str, key: str, digest: str, at_ms: int, stale_ms: int, abandoned_ms: int) -> bool:
    """Insert a key, or take over one older than `stale_ms`, or than `abandoned_ms` when it has no answer; False when it is taken."""
    taken = database.run(
        "INSERT INTO idempotency (tenant_id, mode, key, digest, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (tenant_id, mode, key) DO UPDATE"
        " SET digest = excluded.digest, status = NULL, answer = NULL, created_at = excluded.created_at WHERE idempotency.created_at < ?"
        " OR (idempotency.answer IS NULL AND idempotency.created_at < ?)",
        (tenant_id, mode, key, digest, at_ms, stale_ms, abandoned_ms),
    )
    return taken == 1


def find(tenant_id: str, mode: str, key: str) -> tuple[str, bytes | None] | None:
    """Return the request's digest and the sealed answer, or None."""
    found = database.row("SELECT digest, answer FROM idempotency WHERE tenant_id = ? AND mode = ? AND key = ?", (tenant_id, mode, key))
    return (found[0], bytes(found[1]) if found[1] is not None else None) if found else None


def keep(tenant_id: str, mode: str, key: str, digest: str, answer: bytes) -> None:
    """Store the sealed answer of a claimed key."""
    database.execute(
        "UPDATE idempotency SET answer = ? WHERE tenant_id = ? AND mode = ? AND key = ? AND digest = ?", (answer, tenant_id, mode, key, digest)
    )


def release(tenant_id: str, mode: str, key: str) -> None:
    """Delete a claimed key that has no answer."""
    database.execute("DELETE FROM idempotency WHERE tenant_id = ? AND mode = ? AND key = ? AND answer IS NULL", (tenant_id, mode, key))
