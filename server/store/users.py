"""Users: people who sign in, of a tenant or operators of the appliance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Sequence


def briefs(tenant_id: str, user_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return who the users of this tenant are, by id, for showing beside a record."""
    wanted = sorted(set(user_ids))
    if not wanted:
        return {}
    marks = ", ".join("?" * len(wanted))
    found = database.rows(f"SELECT id, name, email FROM users WHERE tenant_id = ? AND id IN ({marks})", (tenant_id, *wanted))
    return {row[0]: {"id": row[0], "object": "user", "name": row[1], "email": row[2]} for row in found}
