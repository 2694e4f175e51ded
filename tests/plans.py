"""How the database will find what a statement asks for: that an index is used is said by its plan, on every machine alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from server.store import database


def plan(sql: str, given: Sequence[Any] = ()) -> str:
    """Return the database's own description of its way, which names the indexes that it takes."""
    return str(database.rows(("EXPLAIN QUERY PLAN " if database.is_sqlite() else "EXPLAIN ") + sql, given))
