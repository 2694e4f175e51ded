"""Signatures of what arrives: made by others, verified with keys from a real name server, and never believed further than they reach."""

from __future__ import annotations

import pytest

from server.outbound import signatures
from tests.peers.nsd import NameServer
from tests.server.services.email.arrivals import MESSAGE, ZONES, sealed, signed

pytestmark = pytest.mark.criterion("email-13")


@pytest.fixture(autouse=True)
def zones(name_server: NameServer) -> NameServer:
    """Serve the keys."""
    name_server.serve(ZONES)
    return name_server


def results(message: bytes) -> list[tuple[str, str]]:
    return [(one.result, one.domain) for one in signatures.verify(message)]


def test_each_signature_has_a_result() -> None:
    twice = signed(signed(domain="other.test"))
    assert results(twice) == [("pass", "sender.test"), ("pass", "other.test")]
    assert results(twice.replace(b"Hello", b"Hallo")) == [("fail", "sender.test"), ("fail", "other.test")]
    assert results(MESSAGE) == []


def test_a_key_that_is_not_there_is_a_lasting_error_and_no_answer_a_passing_one(zones: NameServer) -> None:
    assert results(signed(selector="nowhere")) == [("permerror", "sender.test")]
    assert results(signed(selector="gone"))[0][0] in {"fail", "permerror"}
    assert results(signed(domain="refused.invalid")) == [("temperror", "refused.invalid")]
    zones.stop()
    assert results(signed(selector="unseen")) == [("temperror", "sender.test")]


def test_what_covers_a_part_of_the_body_tells_nothing() -> None:
    partial = signed(length=True)
    assert results(partial) == [("policy", "sender.test")]
    assert results(partial + b"and more\r\n") == [("policy", "sender.test")]


def test_a_key_for_one_very_domain_speaks_for_no_other() -> None:
    assert results(signed(selector="strict", identity=b"ann@sender.test")) == [("pass", "sender.test")]
    assert results(signed(selector="strict", identity=b"ann@sub.sender.test")) == [("policy", "sender.test")]


def test_a_key_for_sha_1_alone_tells_nothing() -> None:
    assert results(signed(selector="sha1")) == [("policy", "sender.test")]


def test_a_chain_is_verified_as_a_whole() -> None:
    chain = sealed(b"Authentication-Results: forwarder.test; spf=pass\r\n" + signed())
    assert signatures.verify_chain(chain) == ("pass", "")
    assert signatures.verify_chain(chain.replace(b"Hello", b"Hallo"))[0] == "fail"
    assert signatures.verify_chain(MESSAGE) == ("none", "")
    assert signatures.verify_chain(b"ARC-Seal: i=1; nonsense\r\n" + MESSAGE)[0] == "fail"


@pytest.mark.parametrize(
    "head",
    [
        b"DKIM-Signature:\r\n", b"DKIM-Signature: v=1\r\n", b"DKIM-Signature: v=1; a=rsa-sha256; b=!!; bh=!; d=\xff; h=from; s=s1\r\n",
        b"DKIM-Signature: v=1; a=rsa-sha256; b=AA==; bh=AA==; d=sender.test; h=from; s=s1; x=1\r\n", b"DKIM-Signature: v=1; a=none; d=a; s=b\r\n",
        b"no header\r\n", b"\r\n", b"DKIM-Signature: v=1; a=ed25519-sha256; b=AA==; bh=AA==; d=sender.test; h=from; s=s1\r\n",
    ],
)  # fmt: skip
def test_no_malformed_signature_raises_or_passes(head: bytes) -> None:
    assert all(one.result in {"fail", "permerror", "temperror"} for one in signatures.verify(head + MESSAGE))
    assert signatures.verify_chain(head + MESSAGE)[0] == "none"


def test_a_hundred_signatures_cost_no_more_than_ten() -> None:
    header = b"DKIM-Signature: v=1; a=rsa-sha256; b=AA==; bh=AA==; d=sender.test; h=from; s=s1\r\n"
    assert len(signatures.verify(header * 100 + MESSAGE)) == signatures.MOST_SIGNATURES
