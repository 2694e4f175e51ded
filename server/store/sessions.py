"""Sessions of people who signed in, found by the keyed hash of their token."""

from __future__ import annotations

from dataclasses import dataclass

from server.store import database


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session as the door needs it; `tenant_id` is empty for an operator."""

    id: str
    user_id: str
    tenant_id: str
    role: str
    expires_at: int
    tier: str
    tenant_status: str
    must_change_password: bool
    created_at: int


_FIND = (
    "SELECT s.id, s.user_id, s.tenant_id, u.role, s.expires_at, t.tier, t.status, u.must_change_password, s.created_at"
    " FROM sessions s JOIN users u ON u.id = s.user_id"
    " LEFT JOIN tenants t ON t.id = s.tenant_id WHERE s.digest = ? AND s.revoked_at IS NULL AND s.expires_at > ? AND u.status = 'active'"
)


def find_by_digest(digest: str, now_ms: int) -> StoredSession | None:
    """Return the live session with this keyed hash, or None."""
    found = database.row(_FIND, (digest, now_ms))
    if found is None:
        return None
    session_id, user_id, tenant_id, role, expires_at, tier, status, must_change, created_at = found
    return StoredSession(
        session_id, user_id, tenant_id or "", role, expires_at, tier or "unlimited", status or "active", bool(must_change), created_at
    )


def insert(tenant_id: str | None, session_id: str, user_id: str, digest: str, address: str | None, now_ms: int, expires_ms: int) -> None:
    """Insert a session; `tenant_id` is None for an operator's."""
    database.execute(
        "INSERT INTO sessions (id, tenant_id, user_id, digest, address, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (session_id, tenant_id, user_id, digest, address, now_ms, expires_ms),
    )


def revoke(session_id: str, now_ms: int) -> None:
    """End a session."""
    database.execute("UPDATE sessions SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", (now_ms, session_id))


def revoke_all(user_id: str, now_ms: int) -> int:
    """End every session of a user; returns how many there were."""
    return database.run("UPDATE sessions SET revoked_at = ? WHERE user_id = ? AND revoked_at IS NULL AND expires_at > ?", (now_ms, user_id, now_ms))


def prune(ended_before_ms: int) -> int:
    """Delete sessions that ended by themselves before a moment."""
    return database.run("DELETE FROM sessions WHERE expires_at < ?", (ended_before_ms,))
