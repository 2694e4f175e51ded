"""Reviews of connectors: one by each user and connector; everybody on the appliance reads them, only their author changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database
from server.store.tables import Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE: Final = Table(
    "integration_reviews",
    ("id", "tenant_id", "integration", "user_id", "author", "rating", "title", "body", "verified", "version", "created_at", "updated_at"),
)


def put(tenant_id: str, row: Mapping[str, Any]) -> None:
    """Write a review over the one that its author wrote before, whose id and age stay."""
    TABLE.insert_over({**row, "tenant_id": tenant_id}, ("tenant_id", "integration", "user_id"), ("id", "created_at"))


def find_own(tenant_id: str, integration: str, user_id: str) -> Row | None:
    """Return what a user wrote of a connector, or None."""
    return TABLE.find("tenant_id = ? AND integration = ? AND user_id = ?", (tenant_id, integration, user_id))


def delete_own(tenant_id: str, integration: str, user_id: str) -> bool:
    """Delete what a user wrote of a connector; False when there was nothing."""
    sql = "DELETE FROM integration_reviews WHERE tenant_id = ? AND integration = ? AND user_id = ?"
    return database.run(sql, (tenant_id, integration, user_id)) == 1


def page(integration: str, before: str, limit: int) -> list[Row]:
    """Return reviews of a connector by users of all tenants, the newest first; `before` is the id of the last one seen, or empty."""
    behind, values = (" AND id < ?", (before,)) if before else ("", ())
    return TABLE.rows(f"integration = ?{behind} ORDER BY id DESC LIMIT ?", (integration, *values, limit))


def ratings() -> dict[str, tuple[float, int]]:
    """Return, for each connector that was reviewed, the average rating and of how many."""
    found = database.rows("SELECT integration, SUM(rating), COUNT(*) FROM integration_reviews GROUP BY integration")
    return {integration: (round(float(total) / count, 2), int(count)) for integration, total, count in found}
