"""The audit trail: one row for every change and sign-in, appended in the transaction that made it, never rewritten."""

from __future__ import annotations

from server.store import database

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
