"""Consents under way: good once, not after their time, and bound to the first browser that asks."""

from __future__ import annotations

from server.domain.actor import Actor
from server.store import connector_authorizations, database

ROW = {"id": "cst_1", "state_digest": "d1", "provider": "google", "installation_id": "ins_1", "scopes": ["a"], "verifier": b"v",
       "redirect_uri": "https://x/", "actor_id": "usr_1", "created_at": 1, "expires_at": 100}  # fmt: skip


def insert(actor: Actor, **fields: object) -> None:
    with database.transaction():
        connector_authorizations.insert(actor.tenant_id, actor.mode, {**ROW, **fields})


def test_a_consent_is_used_once_and_in_time(alice: Actor) -> None:
    insert(alice)
    assert not connector_authorizations.use("d1", 100)
    assert connector_authorizations.use("d1", 99)
    assert not connector_authorizations.use("d1", 99)
    assert not connector_authorizations.use("unknown", 1)


def test_a_new_one_takes_the_place_of_what_was_not_used(alice: Actor) -> None:
    insert(alice)
    insert(alice, id="cst_2", state_digest="d2")
    assert connector_authorizations.find_by_state("d1") is None
    connector_authorizations.use("d2", 1)
    insert(alice, id="cst_3", state_digest="d3")
    assert connector_authorizations.find_by_state("d2") is not None


def test_the_first_browser_binds_it_and_the_app_may_come_later(alice: Actor) -> None:
    insert(alice)
    assert connector_authorizations.bind("d1", "mine")
    assert not connector_authorizations.bind("d1", "yours")
    connector_authorizations.choose_app("d1", "app_1")
    found = connector_authorizations.find_by_state("d1")
    assert found is not None
    assert (found["browser_digest"], found["app_id"], found["scopes"]) == ("mine", "app_1", ["a"])
