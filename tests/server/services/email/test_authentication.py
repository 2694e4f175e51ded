"""What arrives is judged by our own look-ups: nothing that a message says of itself counts."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from server.domain.mail.dkim import OVERSIGNED
from server.domain.mail.zone import Answer
from server.outbound import dns
from server.services.email.authentication import authenticate
from tests.peers.nsd import NameServer
from tests.server.services.email.arrivals import MESSAGE, ZONES, sealed, signed

OURS, THEIRS = "192.0.2.9", "203.0.113.9"


@pytest.fixture(autouse=True)
def zones(impatient: None, name_server: NameServer) -> NameServer:
    """Serve senders' zones."""
    name_server.serve(ZONES)
    return name_server


@pytest.mark.criterion("email-13")
def test_a_message_of_its_domain_passes_by_either_way() -> None:
    by_both = authenticate(signed(), ip=OURS, helo="out.sender.test", mail_from="ann@sender.test")
    assert by_both.words == {"spf": "pass", "dkim": "pass", "dmarc": "pass", "arc": "none"}
    assert by_both.aligned == ("dkim=sender.test", "spf=sender.test")
    by_spf = authenticate(MESSAGE, ip=OURS, helo="out.sender.test", mail_from="ann@sender.test")
    assert (by_spf.words["dmarc"], by_spf.aligned) == ("pass", ("spf=sender.test",))
    by_dkim = authenticate(signed().replace(b"\r\n", b"\n"), ip=THEIRS, helo="forwarder.test", mail_from="list@forwarder.test")
    assert (by_dkim.words["dmarc"], by_dkim.aligned) == ("pass", ("dkim=sender.test",))


@pytest.mark.criterion("email-13")
def test_a_forged_from_fails_and_says_what_its_domain_asks_for() -> None:
    forged = signed(domain="other.test")
    found = authenticate(forged, ip=THEIRS, helo="other.test", mail_from="eve@other.test")
    assert found.words == {"spf": "none", "dkim": "pass", "dmarc": "fail", "arc": "none"}
    assert (found.policy, found.domain) == ("reject", "sender.test")
    below = authenticate(MESSAGE.replace(b"@sender.test>", b"@sub.sender.test>"), ip=THEIRS, helo="x", mail_from="eve@other.test")
    assert (below.words["dmarc"], below.policy) == ("fail", "quarantine")


def test_claims_in_the_message_count_for_nothing() -> None:
    claim = b"Authentication-Results: mx.example.net; spf=pass; dkim=pass header.d=sender.test; dmarc=pass\r\n"
    found = authenticate(claim + MESSAGE, ip=THEIRS, helo="x", mail_from="eve@other.test")
    assert found.words["dmarc"] == "fail"


@pytest.mark.parametrize("senders", [b"From: eve@other.test\r\nFrom: ann@sender.test\r\n", b"From: eve@other.test, ann@sender.test\r\n", b""])
def test_a_message_of_two_senders_or_none_has_no_verdict(senders: bytes) -> None:
    found = authenticate(senders + b"Subject: x\r\n\r\nHello\r\n", ip=OURS, helo="x", mail_from="ann@sender.test")
    assert (found.words["dmarc"], found.policy) == ("permerror", None)


def test_a_sealed_forward_is_told() -> None:
    found = authenticate(sealed(b"Authentication-Results: forwarder.test; spf=pass\r\n" + signed()))
    assert (found.words["arc"], found.words["spf"]) == ("pass", "none")


def test_no_answer_of_the_name_servers_is_neither_pass_nor_fail(impatient: None, zones: NameServer) -> None:
    zones.stop()
    found = authenticate(signed(), ip=THEIRS, helo="x", mail_from="ann@sender.test")
    assert (found.words["spf"], found.words["dkim"], found.words["dmarc"]) == ("temperror", "temperror", "temperror")
    assert all(found.reasons[name] for name in ("spf", "dkim", "dmarc"))


def test_the_header_is_read_by_others_and_cannot_be_written_into() -> None:
    import authres

    mail_from = 'x";\r\n dmarc=pass@sender.test'
    head = authenticate(signed(), ip=THEIRS, helo="x", mail_from=mail_from).header("mx.example.net")
    assert head.count(b"\r\n") == head.count(b"\r\n\t") + 1
    parsed = authres.AuthenticationResultsHeader.parse(head.decode().replace("\r\n\t", " ").strip())
    assert parsed.authserv_id == "mx.example.net"
    assert [(one.method, one.result) for one in parsed.results][1:] == [("dkim", "pass"), ("dmarc", "pass"), ("arc", "none")]


def test_whatever_the_bytes_are_there_is_a_result() -> None:
    folder = Path(os.environ.get("JUNCTION_TEST_DATA", "/nowhere")) / "corpora" / "bounces"
    mails = [path.read_bytes() for path in sorted(folder.glob("*.eml"))][:20]
    for raw in [*mails, b"", b"\x00" * 100, b"From: \xff\xfe\r\n\r\n", signed()[:300], b"From: a@" + b"x." * 200 + b"y\r\n\r\n"]:
        found = authenticate(raw)
        assert set(found.words) == {"spf", "dkim", "dmarc", "arc"}
        assert found.header("mx").startswith(b"Authentication-Results: mx;")


def test_what_we_sign_is_what_a_verifier_has_to_see() -> None:
    assert {"from", "to", "cc", "subject", "date", "reply-to", "message-id", "mime-version", "content-type", "list-unsubscribe"} <= set(OVERSIGNED)


@pytest.mark.criterion("email-13")
def test_no_damage_to_a_message_breaks_its_judgement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns, "lookup", lambda _name, _kind: Answer("absent"))
    chance = random.Random(20261121)
    whole = [sealed(signed(signed(domain="other.test"))), signed(), MESSAGE]
    for _ in range(600):
        raw = bytearray(chance.choice(whole))
        for _ in range(chance.randint(1, 12)):
            place = chance.randrange(len(raw) + 1)
            raw[place : place + chance.randint(0, 40)] = chance.choice(
                [chance.randbytes(chance.randint(0, 6)), b"\r\n ", b"\r\n\r\n", b";=", b":", b""]
            )
        found = authenticate(bytes(raw), ip=THEIRS, helo="mx.other.test", mail_from="eve@other.test")
        assert found.words.keys() == {"spf", "dkim", "dmarc", "arc"}
        assert found.words["dmarc"] != "pass"


@pytest.mark.parametrize("raw", [b"", b" folded before any header\r\n\r\n", b"\r\n\r\n", b"no header at all", b" \r\nDKIM-Signature: a=b\r\n\r\nx"])
def test_what_is_hardly_a_message_vouches_for_nobody(raw: bytes) -> None:
    assert authenticate(raw).words["dkim"] in {"none", "permerror"}
