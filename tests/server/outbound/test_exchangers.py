"""Who takes a domain's mail: the best host first, and no answer is never taken for no mail."""

from __future__ import annotations

import pytest

from server.domain.errors import Later, Skip
from server.domain.mail.zone import Answer
from server.outbound import dns, exchangers

ZONE = {
    ("customer.test", "MX"): Answer("found", ("20 mx2.customer.test", "10 mx1.customer.test")),
    ("null.test", "MX"): Answer("found", ("0 ",)),
    ("plain.test", "MX"): Answer("absent"),
    ("away.test", "MX"): Answer("failed", reason="No name server answered in time."),
    ("mx1.customer.test", "A"): Answer("found", ("192.0.2.1",)),
    ("mx1.customer.test", "AAAA"): Answer("failed", reason="late"),
    ("away.test", "A"): Answer("failed", reason="late"),
    ("_submission._tcp.customer.test", "SRV"): Answer("found", ("10 5 587 b.customer.test.", "0 1 587 a.customer.test.")),
}


@pytest.fixture(autouse=True)
def _zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns, "lookup", lambda name, kind: ZONE.get((name, kind), Answer("no_name")))


def test_hosts_come_in_the_order_of_their_preference() -> None:
    assert exchangers.hosts("customer.test") == ["mx1.customer.test", "mx2.customer.test"]
    assert exchangers.hosts("plain.test") == ["plain.test"], "without exchangers the domain is its own (RFC 5321 section 5.1)"


def test_no_mail_no_domain_and_no_answer_are_told_apart() -> None:
    with pytest.raises(Skip) as null:
        exchangers.hosts("null.test")
    with pytest.raises(Skip) as gone:
        exchangers.hosts("gone.test")
    with pytest.raises(Later):
        exchangers.hosts("away.test")
    assert (null.value.stable_code, gone.value.stable_code) == ("domain_takes_no_mail", "domain_unknown")


def test_one_kind_of_address_is_enough() -> None:
    assert exchangers.addresses("mx1.customer.test") == ["192.0.2.1"]
    assert exchangers.addresses("gone.test") == []
    with pytest.raises(Later):
        exchangers.addresses("away.test")


def test_announced_services_come_the_best_first() -> None:
    assert exchangers.services("_submission._tcp.customer.test") == [("a.customer.test", 587), ("b.customer.test", 587)]
    assert exchangers.services("_imaps._tcp.customer.test") == []
