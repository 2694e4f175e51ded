"""Streams: everybody has two, more can be made, and none goes while mail waits in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Missing, Stale, Unprocessable
from server.services.email import accounts, streams
from server.services.email.accounts import NewAccount
from server.services.email.desk import MailDesk, Room
from server.services.email.streams import NewStream, Reason, StreamChange
from tests.mailing import sending_settings, submit, verified


def test_everybody_has_a_stream_for_each_kind(alice: Actor) -> None:
    assert streams.ensure(alice.tenant_id, alice.mode, "transactional")["kind"] == "transactional"
    with pytest.raises(Unprocessable):
        streams.ensure(alice.tenant_id, alice.mode, "newsletter")


def test_a_new_tenants_list_names_the_streams_that_everybody_has(bob: Actor) -> None:
    assert {one["name"] for one in streams.list_page(bob, None, 10)[0]} == {"transactional", "broadcast"}


def test_an_account_that_cannot_send_or_is_anothers_is_no_transport(alice: Actor, charlie: Actor) -> None:
    body = {"name": "x", "address": "a@gmail.com", "password": "p"}
    theirs, ours = (accounts.create(actor, NewAccount.model_validate(body))["id"] for actor in (charlie, alice))
    assert streams.create(alice, NewStream(name="good", transports=[ours, "direct"]))["transports"] == [ours, "direct"]
    with pytest.raises(Unprocessable) as caught:
        streams.create(alice, NewStream(name="bad", transports=["relay", theirs]))
    assert [(fault.pointer, fault.code) for fault in caught.value.faults] == [("/transports/1", "unknown_account")]


def test_a_stream_is_made_changed_and_removed(alice: Actor, bob: Actor, charlie: Actor) -> None:
    made = streams.create(alice, NewStream(name="newsletter"))
    assert (made["kind"], made["transports"], len(made["retry_schedule"])) == ("broadcast", [], 17)
    changed = streams.update(alice, made["id"], StreamChange(retry_schedule=[60], transports=["direct"], lifetime_seconds=3600))
    assert (changed["retry_schedule"], changed["transports"], changed["version"]) == ([60], ["direct"], 2)
    assert streams.update(alice, made["id"], StreamChange.model_validate({"retry_schedule": None}))["retry_schedule"] == made["retry_schedule"]
    with pytest.raises(Stale):
        streams.update(alice, made["id"], StreamChange(description="x"), version=1)
    with pytest.raises(Conflict):
        streams.create(alice, NewStream(name="newsletter"))
    with pytest.raises(Denied):
        streams.create(bob, NewStream(name="other"))
    with pytest.raises(Missing):
        streams.get(charlie, made["id"])
    streams.remove(alice, made["id"])
    with pytest.raises(Missing):
        streams.get(alice, made["id"])


def test_a_stream_with_mail_in_it_and_those_of_everybody_stay(alice: Actor, tmp_path: Path) -> None:
    verified(alice.tenant_id, "example.com")
    made = streams.create(alice, NewStream(name="newsletter"))
    submit(alice, sending_settings(tmp_path), stream="newsletter")
    for stream_id in (made["id"], streams.ensure(alice.tenant_id, alice.mode, "broadcast")["id"]):
        with pytest.raises(Conflict):
            streams.remove(alice, stream_id)
    assert streams.get(alice, made["id"])["waiting"] == 1


def test_nothing_leaves_a_paused_stream_not_even_what_comes_later(alice: Actor, tmp_path: Path) -> None:
    verified(alice.tenant_id, "example.com")
    made = streams.create(alice, NewStream(name="newsletter"))
    streams.pause(alice, made["id"], Reason(reason="Wait."))
    submit(alice, sending_settings(tmp_path), stream="newsletter")
    assert MailDesk(lease_ms=60_000).take(Room(6, 6)) == []
    streams.resume(alice, made["id"], Reason(reason="Go on."))
    assert len(MailDesk(lease_ms=60_000).take(Room(6, 6))) == 1
