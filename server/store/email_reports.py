"""Receivers' reports about sending domains: who reported, of which time, how many passed and failed, and the rest as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from server.store import database

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

COLUMNS: Final = (
    "id", "tenant_id", "mode", "kind", "domain", "reporter", "report_id", "begins_at", "ends_at", "passed", "failed", "body", "created_at",
)  # fmt: skip
_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM email_reports WHERE tenant_id = ? AND mode = ?"
_FILTERS: Final = {
    "kind": "kind = ?",
    "domain": "domain = ?",
    "since": "ends_at >= ?",
    "until": "begins_at < ?",
    "from_id": "id >= ?",
    "before_id": "id < ?",
}
Row = dict[str, Any]


def _row(values: Sequence[Any]) -> Row:
    found = dict(zip(COLUMNS, values, strict=True))
    return {**found, "body": orjson.loads(found["body"])}


def insert(tenant_id: str, mode: str, row: Mapping[str, Any]) -> bool:
    """Insert a report; False when it is there already."""
    values = {**row, "tenant_id": tenant_id, "mode": mode, "body": orjson.dumps(row["body"]).decode()}
    marks = ", ".join("?" * len(COLUMNS))
    sql = f"INSERT INTO email_reports ({', '.join(COLUMNS)}) VALUES ({marks}) ON CONFLICT DO NOTHING"
    return database.run(sql, [values[name] for name in COLUMNS]) == 1


def find(tenant_id: str, mode: str, report_id: str) -> Row | None:
    """Return a report, or None."""
    found = database.row(f"{_SELECT} AND id = ?", (tenant_id, mode, report_id))
    return _row(found) if found else None


def page(tenant_id: str, mode: str, filters: Mapping[str, Any], after: str, limit: int) -> list[Row]:
    """Return reports behind an id, the newest first; an empty `after` begins."""
    given, values = _conditions(filters)
    behind = " AND id < ?" if after else ""
    place = (after,) if after else ()
    found = database.rows(f"{_SELECT}{given}{behind} ORDER BY id DESC LIMIT ?", (tenant_id, mode, *values, *place, limit))
    return [_row(row) for row in found]


def walk(tenant_id: str, mode: str, filters: Mapping[str, Any], most: int) -> Iterator[Row]:
    """Yield the reports that filters leave, the latest first; nothing else is asked on this thread meanwhile."""
    given, values = _conditions(filters)
    for row in database.stream(f"{_SELECT}{given} ORDER BY ends_at DESC LIMIT ?", (tenant_id, mode, *values, most)):
        yield _row(row)


def _conditions(filters: Mapping[str, Any]) -> tuple[str, tuple[Any, ...]]:
    given = {name: value for name, value in filters.items() if value is not None}
    return "".join(f" AND {_FILTERS[name]}" for name in given), tuple(given.values())
