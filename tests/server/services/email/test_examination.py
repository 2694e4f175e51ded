"""Looking at a domain ends in time, whoever does not answer."""

from __future__ import annotations

import socket

import pytest

from server.domain.actor import Actor
from server.outbound import dns
from server.services.email import domains, examination
from server.services.email.domains import NewSendingDomain
from server.store import dkim_keys
from server.system.settings import Settings
from tests.pace import quickest


@pytest.mark.criterion("email-14")
def test_name_servers_that_say_nothing_cost_five_seconds_at_most(alice: Actor, settings: Settings) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        dns.install([f"127.0.0.1:{silent.getsockname()[1]}"])
        try:
            row = domains.find(alice, domains.create(alice, NewSendingDomain(name="example.test"), most=9)["id"])
            keys = dkim_keys.of_domain(alice.tenant_id, "live", row["id"])
            assert quickest(lambda: examination.examine(settings, row, keys), 5) < 5
            found = examination.examine(settings, row, keys)
        finally:
            dns.install()
    assert found.seen == {}
    assert {one.state for one in found.findings} <= {"unknown", "optional"}


def test_a_challenge_is_the_same_again_and_another_for_everybody(alice: Actor, charlie: Actor) -> None:
    first = examination.challenge(alice.tenant_id, "example.test")
    assert first == examination.challenge(alice.tenant_id, "example.test")
    assert len({first, examination.challenge(charlie.tenant_id, "example.test"), examination.challenge(alice.tenant_id, "example.org")}) == 3


def test_without_a_name_to_include_the_addresses_are_named_themselves(alice: Actor, settings: Settings) -> None:
    row = domains.find(alice, domains.create(alice, NewSendingDomain(name="example.test"), most=9)["id"])
    assert examination.wanted(settings, row, []).spf_terms == ("ip4:198.51.100.7",)
