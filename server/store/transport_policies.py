"""MTA-STS policies of domains that mail is sent to, kept for as long as each says; without one, when it was last looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS: Final = ("domain", "policy_id", "enforcement", "hosts", "fetched_at", "expires_at", "looked_at", "failure")
Row = dict[str, Any]


def find(domain: str) -> Row | None:
    """Return what is known of a domain, or None."""
    found = database.row(f"SELECT {', '.join(COLUMNS)} FROM mta_sts_policies WHERE domain = ?", (domain,))
    return dict(zip(COLUMNS, found, strict=True)) if found else None


def put(row: Mapping[str, Any]) -> None:
    """Write what is known of a domain now."""
    changes = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS[1:])
    marks = ", ".join("?" * len(COLUMNS))
    sql = f"INSERT INTO mta_sts_policies ({', '.join(COLUMNS)}) VALUES ({marks}) ON CONFLICT (domain) DO UPDATE SET {changes}"
    database.execute(sql, [row[name] for name in COLUMNS])
