"""Webhooks as rows: their own tenant's, changed by one writer at a time, and held to what is being committed beside them."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from server.store import database, webhooks
from tests.tenants import TENANT_A, TENANT_B

OWN = (TENANT_A, "live")
ELSEWHERE = ((TENANT_B, "live"), (TENANT_A, "test"))


def insert(name: str = "a", tenant_id: str = TENANT_A, mode: str = "live", **more: Any) -> str:
    row = {"id": f"whk_{name}", "name": name, "url": "http://127.0.0.1/", "events": '["*"]', "secrets": b"\x00s", "status": "active", "options": "{}"}
    webhooks.insert(tenant_id, mode, {**row, "failure_count": 0, "version": 1, "created_at": 0, "updated_at": 0, **more})
    return f"whk_{name}"


def get(webhook_id: str = "whk_a") -> dict[str, Any]:
    found = webhooks.find(*OWN, webhook_id)
    assert found is not None
    return found


def test_a_webhook_comes_back_as_it_was_written(opened: str) -> None:
    insert(headers=b"\xffh", description="Text")
    found = get()
    assert (found["secrets"], found["headers"], found["description"], found["deleted_at"]) == (b"\x00s", b"\xffh", "Text", None)
    insert("b")
    assert get("whk_b")["headers"] is None


def test_another_tenant_and_mode_see_and_change_nothing(opened: str) -> None:
    insert()
    for where in ELSEWHERE:
        assert webhooks.find(*where, "whk_a") is None
        assert webhooks.page(*where, "", 10) == []
        assert webhooks.subscriptions(*where) == []
        assert webhooks.count(*where) == 0
        assert not webhooks.update(*where, {**get(), "name": "theirs"}, 1)
    assert get()["name"] == "a"


def test_of_two_changes_to_one_version_only_the_first_is_written(opened: str) -> None:
    insert()
    assert webhooks.update(*OWN, {**get(), "name": "first", "version": 2}, 1)
    assert not webhooks.update(*OWN, {**get(), "name": "second", "version": 2}, 1)
    assert get()["name"] == "first"


def test_a_change_leaves_alone_what_deliveries_count(opened: str) -> None:
    insert()
    stale = get()
    database.execute("UPDATE webhooks SET failure_count = 3, last_triggered = 5, parked_until = 9")
    webhooks.update(*OWN, {**stale, "name": "new", "version": 2}, 1)
    found = get()
    assert (found["failure_count"], found["last_triggered"], found["parked_until"]) == (3, 5, 9)


def test_a_removed_webhook_is_not_there_any_more(opened: str) -> None:
    insert()
    webhooks.update(*OWN, {**get(), "deleted_at": 5, "version": 2}, 1)
    assert webhooks.find(*OWN, "whk_a") is None
    assert (webhooks.page(*OWN, "", 10), webhooks.subscriptions(*OWN), webhooks.count(*OWN)) == ([], [], 0)


def test_pages_go_on_behind_an_id(opened: str) -> None:
    for name in "abc":
        insert(name)
    assert [row["id"] for row in webhooks.page(*OWN, "", 2)] == ["whk_a", "whk_b"]
    assert [row["id"] for row in webhooks.page(*OWN, "whk_b", 2)] == ["whk_c"]
    assert webhooks.count(*OWN) == 3


def test_subscriptions_are_patterns_with_a_status(opened: str) -> None:
    insert("a", events='["contact.*", "deal.created"]')
    insert("b", status="paused")
    insert("c", status="disabled")
    with database.transaction():
        found = sorted(map(tuple, webhooks.subscriptions(*OWN)))
    assert found == [("whk_a", ("contact.*", "deal.created"), "active", "{}"), ("whk_b", ("*",), "paused", "{}"), ("whk_c", ("*",), "disabled", "{}")]


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_who_enables_a_webhook_waits_for_what_is_being_held_for_it(opened: str) -> None:
    insert(status="paused")
    enabled = threading.Event()

    def enable() -> None:
        with database.transaction():
            database.execute("UPDATE webhooks SET status = 'active'")
            enabled.set()
        database.close()

    with ThreadPoolExecutor(1) as pool:
        with database.transaction():
            assert [one.status for one in webhooks.subscriptions(*OWN)] == ["paused"]
            other = pool.submit(enable)
            assert not enabled.wait(0.2)
        other.result(10)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_who_finds_a_webhook_being_enabled_sees_it_enabled(opened: str) -> None:
    insert(status="paused")
    updated, go_on = threading.Event(), threading.Event()

    def enable() -> None:
        with database.transaction():
            database.execute("UPDATE webhooks SET status = 'active'")
            updated.set()
            go_on.wait(10)
        database.close()

    def look() -> list[str]:
        with database.transaction():
            found = [one.status for one in webhooks.subscriptions(*OWN)]
        database.close()
        return found

    with ThreadPoolExecutor(2) as pool:
        pool.submit(enable)
        assert updated.wait(10)
        looking = pool.submit(look)
        threading.Event().wait(0.1)
        go_on.set()
        assert looking.result(10) == ["active"]
