"""What tenants chose to do with mail that its sender's domain disowns, and whose findings they believe; no row is the appliance's choice."""

from __future__ import annotations

from server.store import database


def find(tenant_id: str, mode: str) -> tuple[str, int] | None:
    """Return a tenant's choices and when they were made, or None."""
    found = database.row("SELECT options, updated_at FROM email_inbound_policies WHERE tenant_id = ? AND mode = ?", (tenant_id, mode))
    return (str(found[0]), int(found[1])) if found else None


def put(tenant_id: str, mode: str, options: str, now_ms: int) -> None:
    """Keep a tenant's choices in place of its earlier ones."""
    database.execute(
        "INSERT INTO email_inbound_policies (tenant_id, mode, options, updated_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (tenant_id, mode) DO UPDATE SET options = excluded.options, updated_at = excluded.updated_at",
        (tenant_id, mode, options, now_ms),
    )
