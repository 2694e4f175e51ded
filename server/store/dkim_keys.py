"""DKIM keys of sending domains, their private halves sealed.

A key is `pending` until its record is seen, `verified` until it is seen a second time, `active` while it signs, `retiring` while
what it signed may still be under way, and `retired` without its private half.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLUMNS: Final = (
    "id", "tenant_id", "mode", "domain_id", "selector", "algorithm", "private", "public", "state", "created_at", "verified_at", "activated_at",
    "replaced_at", "retired_at",
)  # fmt: skip
_WRITTEN: Final = ("state", "private", "verified_at", "activated_at", "replaced_at", "retired_at")
_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM dkim_keys"
Row = dict[str, Any]


def _row(values: Sequence[Any]) -> Row:
    found = dict(zip(COLUMNS, values, strict=True))
    found["private"] = None if found["private"] is None else bytes(found["private"])
    return found


def insert(tenant_id: str, mode: str, row: Mapping[str, Any]) -> None:
    """Insert a key."""
    values = {**row, "tenant_id": tenant_id, "mode": mode}
    marks = ", ".join("?" * len(COLUMNS))
    database.execute(f"INSERT INTO dkim_keys ({', '.join(COLUMNS)}) VALUES ({marks})", [values.get(name) for name in COLUMNS])


def of_domain(tenant_id: str, mode: str, domain_id: str) -> list[Row]:
    """Return the keys of a domain, the oldest first."""
    sql = f"{_SELECT} WHERE tenant_id = ? AND mode = ? AND domain_id = ? ORDER BY created_at, algorithm DESC, id"
    return [_row(row) for row in database.rows(sql, (tenant_id, mode, domain_id))]


def active(tenant_id: str, mode: str, domain_id: str) -> list[Row]:
    """Return the keys that sign for a domain, RSA first: verifiers that know no Ed25519 read that one."""
    sql = f"{_SELECT} WHERE tenant_id = ? AND mode = ? AND domain_id = ? AND state = 'active' ORDER BY algorithm DESC"
    return [_row(row) for row in database.rows(sql, (tenant_id, mode, domain_id))]


def update(tenant_id: str, mode: str, row: Mapping[str, Any], before: str) -> bool:
    """Write the state of a key over the state `before`; False when somebody else was faster."""
    sql = f"UPDATE dkim_keys SET {', '.join(f'{name} = ?' for name in _WRITTEN)} WHERE tenant_id = ? AND mode = ? AND id = ? AND state = ?"
    return database.run(sql, [*(row[name] for name in _WRITTEN), tenant_id, mode, row["id"], before]) == 1


def delete_of_domain(tenant_id: str, mode: str, domain_id: str) -> None:
    """Delete the keys of a domain."""
    database.execute("DELETE FROM dkim_keys WHERE tenant_id = ? AND mode = ? AND domain_id = ?", (tenant_id, mode, domain_id))
