"""First uses and refusals of keys reach the audit trail, once each, without anybody who hammers at the door filling it."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain import keys as texts
from server.domain.actor import Actor
from server.services import audit, key_trail, keys
from server.services.key_trail import KeyTrail, Owned
from server.services.keys import NewKey
from server.store import api_keys, database
from server.system import clock


def made(actor: Actor) -> tuple[Owned, str]:
    found = keys.create(actor, NewKey(name="Shop", scopes=["contacts:read"]))
    return Owned(found["id"], actor.tenant_id, "live"), found["key"]


def write(trail: KeyTrail) -> None:
    with database.transaction():
        trail.write()


def told(actor: Actor, action: str) -> list[dict[str, Any]]:
    return audit.list_page(actor, {"action": action}, None, 50)[0]


@pytest.mark.criterion("api-25")
def test_only_the_first_use_of_a_key_is_told(alice: Actor) -> None:
    key, _ = made(alice)
    trails = [KeyTrail(), KeyTrail()]
    for trail in trails:
        trail.entered(key, "192.0.2.7", "req_7")
        trail.entered(key, "192.0.2.8", "req_8")
        write(trail)
        api_keys.touch([(clock.now_ms(), key.id)])
    (entry,) = told(alice, "api_key.first_used")
    assert (entry["actor"], entry["address"], entry["request_id"]) == ({"kind": "key", "id": key.id}, "192.0.2.7", "req_7")
    assert not trails[0].waiting


@pytest.mark.criterion("api-25")
def test_a_key_that_has_ended_is_told_of_once_an_hour_and_place(alice: Actor) -> None:
    key, text = made(alice)
    keys.revoke(alice, key.id)
    trail = KeyTrail()
    with clock.frozen(clock.now_ms()) as held:
        for _ in range(3):
            trail.unknown(text, "invalid_key", "192.0.2.7", "req_7")
        trail.refused(key, "address_not_allowed", "192.0.2.7", "req_8")
        held.advance(key_trail.AGAIN_MS)
        trail.unknown(text, "invalid_key", "192.0.2.7", "req_9")
        write(trail)
    found = [(entry["target"]["id"], entry["changes"]["reason"], entry["request_id"]) for entry in told(alice, "api_key.refused")]
    assert found == [(key.id, "invalid_key", "req_9"), (key.id, "address_not_allowed", "req_8"), (key.id, "invalid_key", "req_7")]


def test_what_nobody_made_is_nobodys(alice: Actor) -> None:
    trail = KeyTrail()
    for text in (texts.mint("live", "key"), texts.mint("live", "ses"), "jct_live_key_typo", "\udcff"):
        trail.unknown(text, "invalid_key", "192.0.2.7", "req_7")
    trail.entered(Owned("usr_alice", alice.tenant_id, "live"), "192.0.2.7", "req_7")
    write(trail)
    assert told(alice, "api_key.refused") == told(alice, "api_key.first_used") == []


def test_notes_of_a_write_that_failed_are_written_by_the_next(alice: Actor) -> None:
    key, _ = made(alice)
    trail = KeyTrail()
    trail.entered(key, "192.0.2.7", "req_7")

    def fail() -> None:
        with database.transaction():
            trail.write()
            raise ValueError

    with pytest.raises(ValueError):
        fail()
    assert trail.waiting
    write(trail)
    assert (len(told(alice, "api_key.first_used")), trail.waiting) == (1, False)


def test_memory_is_bounded(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_trail, "_MOST_REFUSALS", 5)
    trail = KeyTrail()
    for number in range(2 * key_trail._MOST):
        trail.unknown(texts.mint("live", "key"), "invalid_key", f"192.0.2.{number % 250}", "req_7")
    assert (len(trail._notes), len(trail._told) <= 5) == (key_trail._MOST, True)
