"""Counts of calls of what is deprecated: added up per day, and read in order."""

from __future__ import annotations

from typing import Any

from server.store import database, deprecated_calls
from server.store.deprecated_calls import DAY_MS
from tests.tenants import TENANT_A, TENANT_B


def row(day: int, actor_id: str = "key_1", operation: str = "a", calls: int = 1, tenant_id: str = TENANT_A) -> tuple[Any, ...]:
    return tenant_id, "live", day, "key", actor_id, operation, "2026-08-01", calls, day * DAY_MS + 5


def add(*rows: tuple[Any, ...]) -> None:
    with database.transaction():
        deprecated_calls.add_many(rows)


def read(tenant_id: str | None, since_day: int = 0, until_day: int = 100, after: Any = None, limit: int = 9) -> list[tuple[Any, ...]]:
    rows = deprecated_calls.report(tenant_id, "live" if tenant_id else None, since_day * DAY_MS, until_day * DAY_MS, after, limit)
    return [(one["actor_id"], one["operation"], one["calls"], one["last_at"] // DAY_MS) for one in rows]


def test_the_same_call_on_the_same_day_is_added_to(opened: str) -> None:
    add(row(3), row(4, calls=2))
    add(row(3, calls=5))
    assert read(TENANT_A) == [("key_1", "a", 8, 4)]
    assert database.row("SELECT COUNT(*) FROM deprecated_calls") == (2,)


def test_days_are_chosen_and_pages_go_on_behind_a_place(opened: str) -> None:
    add(row(3), row(4, "key_2"), row(5, "key_2", "b"), row(5, tenant_id=TENANT_B))
    assert [one[:2] for one in read(TENANT_A)] == [("key_1", "a"), ("key_2", "a"), ("key_2", "b")]
    assert [one[:2] for one in read(TENANT_A, 4, 5)] == [("key_2", "a")]
    assert [one[:2] for one in read(TENANT_A, after=(TENANT_A, "live", "key_1", "a", "2026-08-01"), limit=1)] == [("key_2", "a")]
    assert len(read(None)) == 4
