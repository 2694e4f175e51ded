"""Lines of requests: appended in batches, found by their own tenant, counted per caller, route and day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest

from server.store import database, request_log
from server.store.request_log import COLUMNS, DAY_MS
from tests.pace import slowest
from tests.tenants import TENANT_A, TENANT_B

OWN = (TENANT_A, "live")


def line(line_id: str, **more: Any) -> tuple[Any, ...]:
    values = {"id": line_id, "tenant_id": TENANT_A, "mode": "live", "at": 5, "method": "GET", "route": "list_contacts", "path": "/api/v1/contacts"}
    values |= {"status": 200, "duration_us": 100, "actor_kind": "key", "actor_id": "key_1", "address": "192.0.2.1", "request_id": f"id {line_id}"}
    values |= {
        "request_bytes": 0,
        "response_bytes": 10,
        "code": None,
        "limit_name": None,
        "limit_remaining": None,
        "limit_reset": None,
        "bodies": None,
    } | more
    return tuple(values[name] for name in COLUMNS)


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [row["id"] for row in found]


def test_lines_are_listed_newest_first_and_page_by_page(opened: str) -> None:
    request_log.insert_many([line("a", at=1), line("b", at=2), line("c", at=2)])
    assert ids(request_log.page(*OWN, {}, None, 2)) == ["c", "b"]
    assert ids(request_log.page(*OWN, {}, (2, "b"), 2)) == ["a"]


def test_lines_are_chosen_by_what_they_say(opened: str) -> None:
    request_log.insert_many([line("a", status=404, at=1), line("b", method="POST", at=2), line("c", actor_id="key_2", at=3)])
    chosen = {"lowest_status": 400}, {"method": "POST"}, {"actor_id": "key_2"}, {"request_id": "id a"}, {"since": 2, "until": 3}, {"route": "none"}
    assert [ids(request_log.page(*OWN, filters, None, 9)) for filters in chosen] == [["a"], ["b"], ["c"], ["a"], ["b"], []]


def test_another_tenant_and_mode_see_nothing(opened: str) -> None:
    request_log.insert_many([line("a")])
    for where in ((TENANT_B, "live"), (TENANT_A, "test")):
        assert request_log.page(*where, {}, None, 9) == []
        assert request_log.find(*where, "a") is None
        assert request_log.usage(*where, 0, DAY_MS, None, 9) == []
    assert request_log.find(*OWN, "a") is not None
    assert ids(request_log.page(None, None, {}, None, 9)) == ["a"], "operators see all"


def test_lines_that_are_written_again_count_once(opened: str) -> None:
    request_log.insert_many([line("a")])
    request_log.insert_many([line("a", status=500), line("b")])
    assert [(row["id"], row["status"]) for row in request_log.page(*OWN, {}, None, 9)] == [("b", 200), ("a", 200)]


def test_use_is_counted_per_day_caller_and_route(opened: str) -> None:
    request_log.insert_many([line("a"), line("b", status=429), line("c", at=DAY_MS), line("d", route="get_contact")])
    found = request_log.usage(*OWN, 0, 2 * DAY_MS, None, 9)
    counted = [(row["day"], row["route"], row["requests"], row["errors"], row["limited"], row["duration_us"]) for row in found]
    assert counted == [(0, "get_contact", 1, 0, 0, 100), (0, "list_contacts", 2, 1, 1, 200), (1, "list_contacts", 1, 0, 0, 100)]
    assert request_log.usage(*OWN, 0, 2 * DAY_MS, (0, "key_1", "list_contacts"), 9) == found[2:]


SEARCHES: Mapping[str, Mapping[str, Any]] = {
    "nothing": {},
    "usual path": {"path": "/api/v1/con%"},
    "usual method": {"method": "GET"},
    "answered": {"lowest_status": 200, "highest_status": 299},
    "rare path": {"path": "/api/v1/rare/%"},
    "no such path": {"path": "/api/v1/nowhere%"},
    "failed": {"lowest_status": 500, "highest_status": 599},
    "method": {"method": "DELETE"},
    "slow": {"slower_than_us": 2_000_000},
    "own id": {"request_id": "req_00000001"},
    "chosen id": {"request_id": "order-4711"},
    "unknown id": {"request_id": "nobody"},
    "code": {"code": "name_taken"},
    "caller": {"actor_id": "key_rare"},
    "address": {"address": "198.51.100.9"},
    "several": {"path": "/api/v1/rare/%", "lowest_status": 500, "highest_status": 599, "method": "DELETE"},
}


def fill(count: int) -> None:
    """Write lines a second apart, a hundred tenants' in turn; one in a hundred thousand is odd in every way."""
    for start in range(0, count, 10_000):
        with database.transaction():
            request_log.insert_many([numbered(number) for number in range(start, min(start + 10_000, count))])
    database.execute("ANALYZE request_log", ())  # as the server does by itself


def numbered(number: int) -> tuple[Any, ...]:
    name, odd = f"req_{number:08}", number % 100_000 == 77
    rare = {"path": "/api/v1/rare/1", "status": 503, "method": "DELETE", "duration_us": 3_000_000, "code": "name_taken"}
    rare |= {"actor_id": "key_rare", "address": "198.51.100.9", "request_id": "order-4711" if number == 77 else name}
    return line(name, at=number * 1000, tenant_id=f"ten_{number % 100}", **(rare if odd else {"request_id": name}))


@pytest.mark.criterion("desktop-8")
@pytest.mark.timeout(1800)
def test_a_search_over_a_million_lines_is_answered_within_a_second(opened: str, figure: Callable[[str], None], thorough: bool) -> None:
    count = 1_000_000 if thorough else 10_000
    fill(count)
    asked = {
        f"{name} of {whose}": partial(request_log.page, tenant, None, filters, None, 201)
        for name, filters in SEARCHES.items()
        for whose, tenant in (("all", None), ("one", "ten_77"))
    }
    name, took = slowest(asked, 1.0)
    figure(f"the slowest of {len(asked)} searches, {name}, took {took * 1000:.0f} ms among {count:,} lines")
    assert took <= 1.0
