"""Name servers' answers: a record, no record, no name, and nobody there are four different things."""

from __future__ import annotations

import socket
import time
from typing import Any

import pytest
from dns.exception import Timeout

from server.outbound import dns
from tests.peers.nsd import NameServer

ZONE = """
@ IN A 127.0.0.5
@ IN AAAA ::5
@ IN MX 10 Mail.example.test.
long IN TXT "v=DKIM1; p=" "part"
www IN CNAME example.test.
_imaps._tcp IN SRV 0 5 993 IMAP.example.test.
"""


@pytest.mark.parametrize(
    ("name", "kind", "state", "texts"),
    [
        ("example.test", "A", "found", ("127.0.0.5",)),
        ("example.test", "AAAA", "found", ("::5",)),
        ("example.test", "MX", "found", ("10 mail.example.test",)),
        ("long.example.test", "TXT", "found", ("v=DKIM1; p=part",)),
        ("www.example.test", "CNAME", "found", ("example.test",)),
        ("_imaps._tcp.example.test", "SRV", "found", ("0 5 993 imap.example.test",)),
        ("example.test", "TXT", "absent", ()),
        ("nowhere.example.test", "TXT", "no_name", ()),
        ("example.org", "TXT", "failed", ()),
        ("a..b", "TXT", "failed", ()),
        ("x" * 70 + ".test", "TXT", "failed", ()),
    ],
)
def test_an_answer_says_what_there_is_or_why_nobody_could_say(
    name_server: NameServer, name: str, kind: str, state: str, texts: tuple[str, ...]
) -> None:
    name_server.serve({"example.test": ZONE})
    found = dns.lookup(name, kind)
    assert (found.state, found.texts) == (state, texts)
    assert bool(found.reason) == (state == "failed")


def test_a_server_that_is_away_is_no_proof_that_there_is_no_record(name_server: NameServer) -> None:
    name_server.serve({"example.test": ZONE})
    name_server.stop()
    assert dns.look_anew("example.test", "A").state == "failed"


def test_an_answer_is_remembered_and_asked_for_anew_by_who_wants_it_fresh(name_server: NameServer) -> None:
    name_server.serve({"example.test": ZONE})
    before = dns.lookup("example.test", "A")
    name_server.change({"example.test": "@ IN A 127.0.0.6"})
    assert dns.lookup("example.test", "A") == before
    assert dns.look_anew("example.test", "A").texts == ("127.0.0.6",)


def test_nobody_waits_for_name_servers_that_answer_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns, "SECONDS", 0.2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        dns.install([f"127.0.0.1:{silent.getsockname()[1]}"])
        began = time.monotonic()
        answers = [dns.lookup(f"n{number}.test", "A") for number in range(200)]
        spent = time.monotonic() - began
        dns.install()
    assert {answer.state for answer in answers} == {"failed"}
    assert spent < 20, "each alone would wait for its 0.2 seconds"
    assert answers[-1].reason == "The name servers answer nothing at present."


def test_one_domain_that_does_not_answer_silences_nobody_else(name_server: NameServer, monkeypatch: pytest.MonkeyPatch) -> None:
    name_server.serve({"example.test": ZONE})
    real = dns._resolver(remembered=True).resolve

    def resolve(name: str, *rest: Any, **options: Any) -> object:
        if name.endswith("away.test"):
            raise Timeout
        return real(name, *rest, **options)

    monkeypatch.setattr(dns._resolver(remembered=True), "resolve", resolve)
    assert {dns.lookup(f"n{number}.away.test", "A").state for number in range(9)} == {"failed"}
    assert dns.lookup("example.test", "A").state == "found"
