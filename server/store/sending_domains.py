"""Sending domains: what tenants may put into From, what the last look at their DNS found, and when the next one is due.

`verified_at` is set exactly while the domain may be sent from: its owner has shown that it is theirs, and a key signs for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLUMNS: Final = (
    "id", "tenant_id", "mode", "name", "status", "return_path", "tracking", "findings", "checked_at", "verified_at", "failing_since", "due_at",
    "version", "created_at", "updated_at",
)  # fmt: skip
_WRITTEN: Final = (
    "status", "return_path", "tracking", "findings", "checked_at", "verified_at", "failing_since", "due_at", "version", "updated_at",
)  # fmt: skip
_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM sending_domains"
Row = dict[str, Any]


def _row(values: Sequence[Any]) -> Row:
    return dict(zip(COLUMNS, values, strict=True))


def insert(tenant_id: str, mode: str, row: Mapping[str, Any]) -> None:
    """Insert a domain. Raises Conflict (`not_unique`) for one that the tenant has."""
    values = {**row, "tenant_id": tenant_id, "mode": mode}
    marks = ", ".join("?" * len(COLUMNS))
    database.execute(f"INSERT INTO sending_domains ({', '.join(COLUMNS)}) VALUES ({marks})", [values.get(name) for name in COLUMNS])


def find(tenant_id: str, mode: str, domain_id: str) -> Row | None:
    """Return a domain, or None."""
    found = database.row(f"{_SELECT} WHERE tenant_id = ? AND mode = ? AND id = ?", (tenant_id, mode, domain_id))
    return _row(found) if found else None


def find_by_name(tenant_id: str, mode: str, name: str) -> Row | None:
    """Return a tenant's domain by its name, or None."""
    found = database.row(f"{_SELECT} WHERE tenant_id = ? AND mode = ? AND name = ?", (tenant_id, mode, name))
    return _row(found) if found else None


def page(tenant_id: str, mode: str, after: str, limit: int) -> list[Row]:
    """Return domains behind an id, in the order of their ids."""
    sql = f"{_SELECT} WHERE tenant_id = ? AND mode = ? AND id > ? ORDER BY id LIMIT ?"
    return [_row(row) for row in database.rows(sql, (tenant_id, mode, after, limit))]


def of_tenant(tenant_id: str, mode: str) -> list[Row]:
    """Return every domain of a tenant, in the order of their names."""
    return [_row(row) for row in database.rows(f"{_SELECT} WHERE tenant_id = ? AND mode = ? ORDER BY name", (tenant_id, mode))]


def count(tenant_id: str, mode: str) -> int:
    """Return how many domains a tenant has."""
    found = database.row("SELECT COUNT(*) FROM sending_domains WHERE tenant_id = ? AND mode = ?", (tenant_id, mode))
    return int(found[0]) if found else 0


def update(tenant_id: str, mode: str, row: Mapping[str, Any], version: int) -> bool:
    """Write a domain over a version; False when somebody else was faster."""
    sql = f"UPDATE sending_domains SET {', '.join(f'{name} = ?' for name in _WRITTEN)} WHERE tenant_id = ? AND mode = ? AND id = ? AND version = ?"
    return database.run(sql, [*(row[name] for name in _WRITTEN), tenant_id, mode, row["id"], version]) == 1


def delete(tenant_id: str, mode: str, domain_id: str) -> bool:
    """Delete a domain; False when it was gone."""
    return database.run("DELETE FROM sending_domains WHERE tenant_id = ? AND mode = ? AND id = ?", (tenant_id, mode, domain_id)) == 1


def verified(names: Sequence[str]) -> list[Row]:
    """Return the verified domains of all tenants among these names; who may use one is decided above all of them."""
    marks = ", ".join("?" * len(names))
    return [_row(row) for row in database.rows(f"{_SELECT} WHERE name IN ({marks}) AND verified_at IS NOT NULL", tuple(names))]


def claim_due(now_ms: int, until_ms: int, limit: int) -> list[Row]:
    """Return domains of all tenants that are to be looked at, put off until a moment, so that of several workers one looks."""
    found = [_row(row) for row in database.rows(f"{_SELECT} WHERE due_at <= ? ORDER BY due_at, id LIMIT ?", (now_ms, limit))]
    sql = "UPDATE sending_domains SET due_at = ? WHERE id = ? AND due_at = ?"
    return [row for row in found if database.run(sql, (until_ms, row["id"], row["due_at"])) == 1]
