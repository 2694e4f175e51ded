"""Events of providers that were taken in: each recipient's by the provider's key, so that one told twice counts once."""

from __future__ import annotations

from server.store import database


def insert(tenant_id: str, mode: str, recipient_id: str, key: str, now_ms: int) -> bool:
    """Note an event; False when it was noted before."""
    sql = "INSERT INTO email_provider_events (tenant_id, mode, recipient_id, event_key, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
    return database.run(sql, (tenant_id, mode, recipient_id, key, now_ms)) == 1
