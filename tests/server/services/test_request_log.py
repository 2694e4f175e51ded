"""The request log is read newest first, by those it belongs to, and counted per caller, route and day."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.actor import Actor, system_actor
from server.domain.errors import Denied, Invalid, Missing
from server.services import request_log
from server.store import request_log as rows
from server.system import clock, ids

NOW = 1_800_000_000_000 // rows.DAY_MS * rows.DAY_MS + 1000
DAY = rows.DAY_MS


def line(tenant_id: str | None, at: int, status: int = 200, route: str = "list_contacts", actor_id: str = "key_1", mode: str = "live") -> str:
    """Write a line and return its id."""
    line_id = ids.new_id("log")
    given = (
        line_id,
        tenant_id,
        mode,
        at,
        "GET",
        route,
        "/api/v1/contacts",
        status,
        1500,
        "key",
        actor_id,
        "192.0.2.1",
        f"req_{line_id}",
        0,
        10,
        *[None] * 5,
    )
    rows.insert_many([given])
    return line_id


def test_lines_come_newest_first_page_by_page(alice: Actor) -> None:
    same_moment = {line(alice.tenant_id, NOW) for _ in range(3)}
    newest = line(alice.tenant_id, NOW + 1)
    seen: list[str] = []
    cursor: str | None = None
    while True:
        found, cursor = request_log.list_page(alice, {}, cursor, 2)
        seen += [one["id"] for one in found]
        if cursor is None:
            break
    assert seen[0] == newest
    assert sorted(seen[1:]) == sorted(same_moment)
    assert set(found[0]) == set(request_log.LogView.model_fields)


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"status": 404}, 1),
        ({"lowest_status": 400, "highest_status": 499}, 2),
        ({"route": "get_contact"}, 1),
        ({"actor_id": "key_2"}, 1),
        ({"method": "POST"}, 0),
        ({"since": NOW + 10}, 2),
        ({"until": NOW + 10}, 2),
        ({"since": NOW + 10, "until": NOW + 20}, 1),
    ],
)
def test_filters_narrow(alice: Actor, filters: dict[str, Any], count: int) -> None:
    line(alice.tenant_id, NOW, 404)
    line(alice.tenant_id, NOW, 429, "get_contact")
    line(alice.tenant_id, NOW + 10, 200, actor_id="key_2")
    line(alice.tenant_id, NOW + 20, 500)
    assert len(request_log.list_page(alice, filters, None, 50)[0]) == count


def test_nobody_reads_anothers_lines(alice: Actor, bob: Actor, charlie: Actor) -> None:
    ours, sandbox = line(alice.tenant_id, NOW), line(alice.tenant_id, NOW, mode="test")
    line(None, NOW, 401)
    assert request_log.list_page(charlie, {}, None, 50) == ([], None)
    assert [one["id"] for one in request_log.list_page(alice, {}, None, 50)[0]] == [ours]
    assert request_log.get(alice, ours)["duration_ms"] == 1.5
    for actor, line_id in ((charlie, ours), (alice, sandbox), (alice, "log_nobody")):
        with pytest.raises(Missing):
            request_log.get(actor, line_id)
    for act in (
        lambda: request_log.get(bob, ours),
        lambda: request_log.list_page(bob, {}, None, 1),
        lambda: request_log.usage(bob, None, None, None, 1),
        lambda: request_log.list_page_of_all(alice, None, {}, None, 1),
    ):
        with pytest.raises(Denied):
            act()
    assert len(request_log.list_page_of_all(system_actor(""), None, {}, None, 50)[0]) == 3
    assert len(request_log.list_page_of_all(system_actor(""), alice.tenant_id, {}, None, 50)[0]) == 2


def test_a_cursor_belongs_to_its_filters(alice: Actor) -> None:
    for _ in range(3):
        line(alice.tenant_id, NOW)
    _, cursor = request_log.list_page(alice, {}, None, 1)
    with pytest.raises(Invalid):
        request_log.list_page(alice, {"status": 200}, cursor, 1)


def test_usage_counts_per_caller_route_and_day(alice: Actor, charlie: Actor) -> None:
    for at, status, route, caller in (
        (NOW, 200, "list_contacts", "key_1"),
        (NOW, 429, "list_contacts", "key_1"),
        (NOW, 404, "get_contact", "key_1"),
        (NOW, 200, "list_contacts", "key_2"),
        (NOW + DAY, 200, "list_contacts", "key_1"),
        (NOW - 40 * DAY, 200, "list_contacts", "key_1"),
    ):
        line(alice.tenant_id, at, status, route, caller)
    with clock.frozen(NOW + DAY):
        seen: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            found, cursor = request_log.usage(alice, None, None, cursor, 2)
            seen += found
            if cursor is None:
                break
        today = clock.rfc3339(NOW)[:10]
        assert [(one["day"] == today, one["actor"]["id"], one["route"], one["requests"], one["errors"], one["limited"]) for one in seen] == [
            (True, "key_1", "get_contact", 1, 1, 0),
            (True, "key_1", "list_contacts", 2, 1, 1),
            (True, "key_2", "list_contacts", 1, 0, 0),
            (False, "key_1", "list_contacts", 1, 0, 0),
        ]
        assert set(seen[0]) == set(request_log.UsageView.model_fields)
        assert len(request_log.usage(alice, NOW - 41 * DAY, NOW, None, 50)[0]) == 1
        assert request_log.usage(charlie, None, None, None, 50) == ([], None)
