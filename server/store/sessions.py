"""Sessions of people who signed in."""

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


_FIND = (
    "SELECT s.id, s.user_id, s.tenant_id, u.role, s.expires_at, t.tier, t.status FROM sessions s JOIN users u ON u.id = s.user_id"
    " LEFT JOIN tenants t ON t.id = s.tenant_id WHERE s.digest = ? AND s.revoked_at IS NULL AND s.expires_at > ? AND u.status = 'active'"
)


def find_by_digest(digest: str, now_ms: int) -> StoredSession | None:
    """Return the live session with this keyed hash, or None."""
    found = database.row(_FIND, (digest, now_ms))
    if found is None:
        return None
    session_id, user_id, tenant_id, role, expires_at, tier, status = found
    return StoredSession(session_id, user_id, tenant_id or "", role, expires_at, tier or "unlimited", status or "active")
