"""Lines of requests: appended in batches, found by their own tenant, counted per caller, route and day."""

from __future__ import annotations

from typing import Any

from server.store import request_log
from server.store.request_log import COLUMNS, DAY_MS
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
