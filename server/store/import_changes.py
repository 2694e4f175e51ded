"""What imports have changed: a row for each record that one made or changed, with what it was before, so that it can be taken back.

An import that changes a record twice has one row for it, as long as nobody else changed it in between: `version` then no longer
is the record's own, which shows that it cannot be taken back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import orjson

from server.store import database
from server.store.tables import Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.store.records import Document

Outcome = Literal["deleted", "restored", "kept", "gone"]
_TABLE: Final = Table(
    "import_changes",
    ("tenant_id", "mode", "import_id", "record_id", "object", "line", "act", "version", "former", "outcome", "reason", "created_at"),
    json=frozenset({"former"}),
)
_MINE: Final = "tenant_id = ? AND mode = ? AND import_id = ?"


@dataclass(frozen=True, slots=True)
class Change:
    """A record after an import's change: `former` is what a client could have written before, None for one that the import made."""

    record_id: str
    noun: str
    line: int
    version: int
    former: Document | None


def note(tenant_id: str, mode: str, import_id: str, changes: Sequence[Change], at_ms: int) -> None:
    """Note what an import did in one transaction, in its order; of a record that it has changed before, only that it did again."""
    for wave in _waves(changes):
        marks = ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"] * len(wave))
        database.execute(
            "INSERT INTO import_changes (tenant_id, mode, import_id, record_id, object, line, act, version, former, created_at)"
            f" VALUES {marks} ON CONFLICT (tenant_id, mode, import_id, record_id) DO UPDATE SET version = excluded.version"
            " WHERE import_changes.version = excluded.version - 1",
            [value for one in wave.values() for value in _values(tenant_id, mode, import_id, one, at_ms)],
        )


def _waves(changes: Sequence[Change]) -> list[dict[str, Change]]:
    """Return the changes in groups that each have a record once, as a statement of PostgreSQL's wants it."""
    waves: list[dict[str, Change]] = []
    for one in changes:
        wave = next((wave for wave in waves if one.record_id not in wave), None)
        if wave is None:
            waves.append(wave := {})
        wave[one.record_id] = one
    return waves


def _values(tenant_id: str, mode: str, import_id: str, one: Change, at_ms: int) -> tuple[Any, ...]:
    former = None if one.former is None else orjson.dumps(one.former).decode()
    act = "created" if one.former is None else "updated"
    return (tenant_id, mode, import_id, one.record_id, one.noun, one.line, act, one.version, former, at_ms)


def left(tenant_id: str, mode: str, import_id: str, after: str, limit: int) -> list[Row]:
    """Return changes behind a record's id that were not yet taken back, in the order of those ids."""
    return _TABLE.rows(f"{_MINE} AND record_id > ? AND outcome IS NULL ORDER BY record_id LIMIT ?", (tenant_id, mode, import_id, after, limit))


def page(tenant_id: str, mode: str, import_id: str, outcome: str | None, after: str, limit: int) -> list[Row]:
    """Return changes behind a record's id, in the order of those ids; with an outcome, only those it came to."""
    condition, values = ("", ()) if outcome is None else (" AND outcome = ?", (outcome,))
    return _TABLE.rows(f"{_MINE} AND record_id > ?{condition} ORDER BY record_id LIMIT ?", (tenant_id, mode, import_id, after, *values, limit))


def count_left(tenant_id: str, mode: str, import_id: str) -> int:
    """Return how many changes were not yet taken back."""
    found = database.row(f"SELECT COUNT(*) FROM import_changes WHERE {_MINE} AND outcome IS NULL", (tenant_id, mode, import_id))
    return int(found[0]) if found else 0


def any_of(tenant_id: str, mode: str, import_id: str) -> bool:
    """Tell whether an import has changed anything that is still noted."""
    return database.row(f"SELECT 1 FROM import_changes WHERE {_MINE} LIMIT 1", (tenant_id, mode, import_id)) is not None


def conclude(tenant_id: str, mode: str, import_id: str, record_id: str, outcome: Outcome, reason: str | None) -> bool:
    """Write what taking a change back came to; False when somebody else has."""
    sql = f"UPDATE import_changes SET outcome = ?, reason = ? WHERE {_MINE} AND record_id = ? AND outcome IS NULL"
    return database.run(sql, (outcome, reason, tenant_id, mode, import_id, record_id)) == 1
