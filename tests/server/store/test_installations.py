"""Installations: one tenant's alone, moved from status to status by one of several, and an account only once per connector."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict
from server.store import database, installations


def row(installation_id: str, **fields: Any) -> dict[str, Any]:
    found = {"id": installation_id, "integration": "mailchimp", "name": "Newsletter", "connector_version": "1.0.0", "pinned": 0, "auth": "key"}
    found |= {"config": {"listId": "a"}, "mappings": {}, "options": {}, "permissions": ["contacts:read"], "status": "connected"}
    return {**found, "provider": "mailchimp", "state_version": 1, "version": 1, "created_at": 1, "updated_at": 1, **fields}


def insert(actor: Actor, installation_id: str, **fields: Any) -> tuple[str, str, str]:
    with database.transaction():
        installations.insert(actor.tenant_id, actor.mode, row(installation_id, **fields))
    return actor.tenant_id, actor.mode, installation_id


def test_another_tenant_and_the_other_mode_find_nothing(alice: Actor, charlie: Actor) -> None:
    insert(alice, "ins_1")
    assert installations.find(charlie.tenant_id, "live", "ins_1") is None
    assert installations.find(alice.tenant_id, "test", "ins_1") is None
    assert installations.page(charlie.tenant_id, "live", "", 10, {}) == []
    assert not installations.update(charlie.tenant_id, "live", "ins_1", {"name": "Mine"}, 1)
    assert not installations.end(charlie.tenant_id, "live", "ins_1", 5)
    found = installations.find_anywhere("ins_1")
    assert found is not None
    assert (found["tenant_id"], found["config"], found["permissions"]) == (alice.tenant_id, {"listId": "a"}, ["contacts:read"])


def test_what_was_installed_last_for_an_account_is_found_once_it_is_gone(alice: Actor, charlie: Actor) -> None:
    account = {"account_id": "acc_1", "account_part": "a"}
    asked = (alice.tenant_id, alice.mode, "mailchimp", "acc_1", "a")
    for number in (1, 2):
        place = insert(alice, f"ins_{number}", **account)
        assert (installations.find_left(*asked) or {}).get("id") == (None if number == 1 else "ins_1")
        with database.transaction():
            assert installations.end(*place, number)
    assert (installations.find_left(*asked) or {}).get("id") == "ins_2"
    assert installations.find_left(*asked[:4], "b") is None
    assert installations.find_left(charlie.tenant_id, *asked[1:]) is None
    insert(charlie, "ins_3", **account)
    assert [one["id"] for one in installations.of_provider(None, "mailchimp")] == ["ins_3"]
    assert installations.of_provider(alice.tenant_id, "mailchimp") == []


def test_lists_are_in_order_and_by_what_is_chosen(alice: Actor) -> None:
    for number, (key, status) in enumerate([("mailchimp", "connected"), ("hubspot", "failed"), ("mailchimp", "failed")], 1):
        insert(alice, f"ins_{number}", integration=key, status=status, credential_id="crd_1" if number < 3 else None)
    place = (alice.tenant_id, alice.mode)
    assert [one["id"] for one in installations.page(*place, "ins_1", 10, {})] == ["ins_2", "ins_3"]
    assert [one["id"] for one in installations.page(*place, "", 10, {"integration": "mailchimp", "status": "failed"})] == ["ins_3"]
    assert [one["id"] for one in installations.of_integration(*place, "mailchimp")] == ["ins_1", "ins_3"]
    assert [one["id"] for one in installations.of_credential(*place, "crd_1")] == ["ins_1", "ins_2"]
    assert (installations.count(*place), installations.counts_by_integration(*place)) == (3, {"mailchimp": 2, "hubspot": 1})
    assert installations.counts() == {"connected": 1, "failed": 2}


def test_a_status_is_moved_by_one_of_several(alice: Actor) -> None:
    place = insert(alice, "ins_1")
    with database.transaction():
        assert installations.move(*place, ("connected",), {"status": "failed"})
        assert not installations.move(*place, ("connected",), {"status": "failed"})
        installations.note_while(*place, "connected", {"status_reason": "x"})
        installations.note_while(*place, "failed", {"status_reason": "y"})
        installations.note(*place, {"last_event_at": 7})
    found = installations.find(*place)
    assert found is not None
    assert (found["status_reason"], found["last_event_at"], found["version"]) == ("y", 7, 1)


def test_a_client_writes_over_the_version_that_it_read(alice: Actor) -> None:
    place = insert(alice, "ins_1")
    assert installations.update(*place, {"name": "Letters"}, 1)
    assert not installations.update(*place, {"name": "Post"}, 1)


def test_an_account_is_connected_once_by_a_connector(alice: Actor, charlie: Actor) -> None:
    insert(alice, "ins_1", account_id="a")
    insert(charlie, "ins_2", account_id="a")
    insert(alice, "ins_3", account_id="a", integration="other")
    with pytest.raises(Conflict):
        insert(alice, "ins_4", account_id="a")


def test_what_ended_is_gone_for_its_tenant_and_found_by_who_cleans_up(alice: Actor) -> None:
    place = insert(alice, "ins_1")
    assert installations.end(*place, 100)
    assert not installations.end(*place, 100)
    assert installations.find(*place) is None
    assert installations.count(*place[:2]) == 0
    assert [one["id"] for one in installations.ended(100, 10)] == ["ins_1"]
    assert installations.ended(99, 10) == []
    assert installations.find_ended(*place) is not None
    insert(alice, "ins_2")


def test_what_follows_a_connector_is_found_when_it_moves(alice: Actor) -> None:
    insert(alice, "ins_1")
    insert(alice, "ins_2", pinned=1)
    insert(alice, "ins_3", connector_version="2.0.0")
    assert [one["id"] for one in installations.outdated("mailchimp", "2.0.0", 10, even_pinned=False)] == ["ins_1"]
    assert [one["id"] for one in installations.outdated("mailchimp", "2.0.0", 10, even_pinned=True)] == ["ins_1", "ins_2"]
