"""The gateway without HTTP: who is behind an address, what is kept of a message, and how refusals are counted."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied, Missing, Unauthenticated
from server.domain.inbound.arrivals import Arrival
from server.domain.inbound.handshakes import Reply
from server.domain.inbound.verification import KeyNeeded
from server.services import inbound_messages, inbound_sources, tenants
from server.services.inbound import gateway, keyring
from server.services.inbound.gateway import Accepted, Refusals
from server.store import database
from server.system import clock
from tests.server.services.inbound.sources import made, states
from tests.vectors.inbound import arrival_of, named, vectors

ONE_EACH = {vector["provider"]: vector for vector in vectors("accepted")}


@pytest.mark.parametrize("vector", ONE_EACH.values(), ids=named)
def test_what_every_vendor_signed_is_kept_once_as_it_came(alice: Actor, vector: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    secret = vector["secrets"][0] if vector["secrets"] else None
    source = gateway.find(made(alice, vector["provider"], secret=secret, parameters=vector["parameters"])["id"])
    monkeypatch.setattr(clock, "now_ms", lambda: vector["now"] * 1000)
    monkeypatch.setattr(keyring, "find", lambda url, _kind: vector["keys"][url].encode())
    arrival = arrival_of(vector)
    found = gateway.examine(source, arrival, "192.0.2.1", 300)
    assert isinstance(found, Accepted)
    with database.transaction():
        first, second = gateway.keep(found), gateway.keep(found)
    assert first is not None
    shown = inbound_messages.get(alice, source.id, first)
    if not any(secret in vector["body"] for secret in vector["secrets"]):
        assert shown["body"].encode() == arrival.body
    if found.event_id is not None:
        assert second is None
    assert "tok_" not in repr(shown)
    assert "Basic aG9v" not in repr(shown)


def test_a_key_that_is_not_at_hand_is_asked_for(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    vector = ONE_EACH["gmail"]
    source = gateway.find(made(alice, "gmail", secret=None, parameters=vector["parameters"])["id"])
    keyring.forget()
    monkeypatch.setattr(clock, "now_ms", lambda: vector["now"] * 1000)
    with pytest.raises(KeyNeeded):
        gateway.examine(source, arrival_of(vector), "192.0.2.1", 300)


def test_nobody_is_behind_an_unknown_address_and_a_suspended_tenant_receives_nothing(alice: Actor, operator: Actor) -> None:
    with pytest.raises(Missing):
        gateway.find("src_none")
    source = made(alice)
    tenants.suspend(operator, alice.tenant_id)
    with pytest.raises(Denied):
        gateway.find(source["id"])


def test_an_installation_answers_at_its_own_address(alice: Actor) -> None:
    body = inbound_sources.NewInboundSource(name="Shop", provider="stripe", secret="a long secret")
    source = inbound_sources.create(alice, body, most=9, installation_id="ins_1")
    assert source["path"] == "/hooks/ins_1"
    assert gateway.find("ins_1").id == source["id"]
    inbound_sources.remove(alice, source["id"])
    with pytest.raises(Missing):
        gateway.find("ins_1")
    inbound_sources.create(alice, body, most=9, installation_id="ins_1")


def test_a_changed_source_is_opened_anew(alice: Actor) -> None:
    source = made(alice)
    assert gateway.find(source["id"]) is gateway.find(source["id"])
    inbound_sources.rotate_secret(alice, source["id"], inbound_sources.InboundSecret(secret="the second", overlap_seconds=0))
    assert gateway.find(source["id"]).live_secrets(clock.now_ms()) == ("the second",)


def test_a_secret_ends_with_its_overlap(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    source = made(alice)
    inbound_sources.rotate_secret(alice, source["id"], inbound_sources.InboundSecret(secret="the second", overlap_seconds=60))
    now = clock.now_ms()
    assert len(gateway.find(source["id"]).live_secrets(now)) == 2
    assert gateway.find(source["id"]).live_secrets(now + 61_000) == ("the second",)


def test_addresses_are_matched_by_range() -> None:
    assert gateway.inside("192.0.2.7", ("192.0.2.0/24",))
    assert gateway.inside("2001:db8::1%eth0", ("2001:db8::/32",))
    assert not gateway.inside("198.51.100.1", ("192.0.2.0/24",))
    assert not gateway.inside("unix:", ("0.0.0.0/0",))


def test_refusals_are_written_at_most_once_a_second(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    source, error, refusals = gateway.find(made(alice)["id"]), Unauthenticated("No."), Refusals()
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now)
    assert [refusals.add(source, error) for _ in range(3)] == [1, 0, 0]
    monkeypatch.setattr(clock, "now_ms", lambda: now + 1_000)
    assert refusals.add(source, error) == 3
    assert refusals.add(source, error) == 0


def test_a_mandrill_test_is_answered_without_a_trace(alice: Actor) -> None:
    source = gateway.find(made(alice, "mandrill")["id"])
    assert gateway.examine(source, Arrival("HEAD", "https://a.example", {}, (), b""), "192.0.2.1", 300) == Reply()
    assert states(source.id) == []
