"""Connector packages: third-party connectors as they were uploaded, versions side by side, for every process of the appliance to unpack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database
from server.store.tables import Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE: Final = Table(
    "connector_packages",
    ("key", "version", "title", "publisher", "digest", "signed_by", "archive", "created_by", "created_at"),
    blobs=frozenset({"archive"}),
)
_LISTED: Final = Table("connector_packages", tuple(name for name in TABLE.columns if name != "archive"))


def insert(row: Mapping[str, Any]) -> None:
    """Insert a package. Raises Conflict when this version of the connector is there."""
    TABLE.insert(row)


def find(key: str, version: str) -> Row | None:
    """Return a version of a package with its archive, or None."""
    return TABLE.find("key = ? AND version = ?", (key, version))


def rows() -> list[Row]:
    """Return every package without its archive, by key, the newest first."""
    return _LISTED.rows("1 = 1 ORDER BY key, created_at DESC", ())


def delete(key: str, version: str) -> bool:
    """Delete a version of a package; False when there was none."""
    return database.run("DELETE FROM connector_packages WHERE key = ? AND version = ?", (key, version)) == 1


def count_installations(key: str, version: str) -> int:
    """Return how many installations of all tenants run a version of a connector."""
    sql = "SELECT COUNT(*) FROM installations WHERE integration = ? AND connector_version = ? AND deleted_at IS NULL"
    found = database.row(sql, (key, version))
    return int(found[0]) if found else 0
