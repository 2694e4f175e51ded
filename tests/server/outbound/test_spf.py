"""SPF of what arrives, asked of a real name server."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from server.domain.mail.zone import Answer
from server.outbound import dns, spf
from tests.peers.nsd import NameServer
from tests.server.domain.mail.zones import looking

ZONE = """
@ IN TXT "v=spf1 ip4:192.0.2.0/24 a:host mx -all"
@ IN MX 10 mail
mail IN A 198.51.100.1
mail IN AAAA 2001:db8::25
host IN A 198.51.100.2
soft IN TXT "v=spf1 ~all"
broken IN TXT "v=spf1 nonsense -all"
twice IN TXT "v=spf1 -all"
twice IN TXT "v=spf1 ~all"
nobody IN TXT "v=spf1 include:elsewhere.example -all"
voids IN TXT "v=spf1 a:n1.example.test a:n2.example.test a:n3.example.test -all"
"""


@pytest.fixture
def zone(name_server: NameServer) -> NameServer:
    """Return the server, serving the zone."""
    name_server.serve({"example.test": ZONE.replace("a:host", "a:host.example.test")})
    return name_server


@pytest.mark.criterion("email-13")
def test_a_result_is_that_of_the_published_record(zone: NameServer) -> None:
    for ip, sender, result in (
        ("192.0.2.77", "a@example.test", "pass"),
        ("198.51.100.1", "a@example.test", "pass"),
        ("2001:db8::25", "a@example.test", "pass"),
        ("::ffff:198.51.100.2", "a@example.test", "pass"),
        ("203.0.113.1", "a@example.test", "fail"),
        ("203.0.113.1", "a@soft.example.test", "softfail"),
        ("203.0.113.1", "a@none.example.test", "none"),
        ("203.0.113.1", "a@broken.example.test", "permerror"),
        ("203.0.113.1", "a@twice.example.test", "permerror"),
        ("203.0.113.1", "a@nobody.example.test", "temperror"),
        ("203.0.113.1", "a@voids.example.test", "permerror"),
    ):
        assert (sender, ip, spf.check(ip, "client.invalid", sender)[0]) == (sender, ip, result)
    assert spf.check("192.0.2.1", "example.test", "")[0] == "pass", "a bounce is judged by HELO"


@pytest.mark.parametrize(
    ("ip", "helo", "sender"), [("no address", "h", "a@b.test"), ("192.0.2.1", "", ""), ("192.0.2.1", "\x00", "@"), ("1", "é", "é@é")]
)
def test_nonsense_is_a_result(zone: NameServer, ip: str, helo: str, sender: str) -> None:
    assert spf.check(ip, helo, sender)[0] in {"none", "permerror", "temperror"}


# Of RFC 7208, by section: the records, who hands a message over for whom, and what SPF says of it.
RULES: tuple[tuple[str, Mapping[tuple[str, str], tuple[str, ...]], str, str, str], ...] = (
    ("4.5 other records do not count", {("e.test", "TXT"): ("v=spf10 -all", "v=spf1 +all")}, "192.0.2.1", "a@e.test", "pass"),
    ("4.6.1 names are not case-sensitive", {("e.test", "TXT"): ("V=SPF1 IP4:192.0.2.0/24 -ALL",)}, "192.0.2.1", "a@e.test", "pass"),
    ("4.6.4 ten look-ups", {("e.test", "TXT"): ("v=spf1 " + "".join(f"a:n{n}.test " for n in range(11)) + "+all",)} |
        {(f"n{n}.test", "A"): ("203.0.113.9",) for n in range(11)}, "192.0.2.1", "a@e.test", "permerror"),
    ("4.7 nothing fits", {("e.test", "TXT"): ("v=spf1 ip4:198.51.100.1",)}, "192.0.2.1", "a@e.test", "neutral"),
    ("5.2 include passes", {("e.test", "TXT"): ("v=spf1 include:i.test -all",), ("i.test", "TXT"): ("v=spf1 ip4:192.0.2.1 -all",)},
        "192.0.2.1", "a@e.test", "pass"),
    ("5.2 what fails inside goes on outside", {("e.test", "TXT"): ("v=spf1 include:i.test ~all",), ("i.test", "TXT"): ("v=spf1 -all",)},
        "192.0.2.1", "a@e.test", "softfail"),
    ("5.2 include of nothing", {("e.test", "TXT"): ("v=spf1 include:none.test +all",)}, "192.0.2.1", "a@e.test", "permerror"),
    ("5.3 a with a prefix", {("e.test", "TXT"): ("v=spf1 a/24 -all",), ("e.test", "A"): ("192.0.2.200",)}, "192.0.2.1", "a@e.test", "pass"),
    ("5.4 mx", {("e.test", "TXT"): ("v=spf1 mx -all",), ("e.test", "MX"): ("10 m.test",), ("m.test", "A"): ("192.0.2.1",)},
        "192.0.2.1", "a@e.test", "pass"),
    ("5.6 ip6", {("e.test", "TXT"): ("v=spf1 ip6:2001:db8::/32 -all",)}, "2001:db8:1::1", "a@e.test", "pass"),
    ("5.6 a prefix that is none", {("e.test", "TXT"): ("v=spf1 ip4:192.0.2.0/33 -all",)}, "192.0.2.1", "a@e.test", "permerror"),
    ("5.7 exists with macros", {("e.test", "TXT"): ("v=spf1 exists:%{ir}.%{l}._spf.%{d} -all",), ("1.2.0.192.ann._spf.e.test", "A"): ("127.0.0.2",)},
        "192.0.2.1", "ann@e.test", "pass"),
    ("6.1 redirect", {("e.test", "TXT"): ("v=spf1 redirect=r.test",), ("r.test", "TXT"): ("v=spf1 ip4:192.0.2.1 -all",)},
        "198.51.100.1", "a@e.test", "fail"),
    ("6.1 redirect to nothing", {("e.test", "TXT"): ("v=spf1 redirect=none.test",)}, "192.0.2.1", "a@e.test", "permerror"),
    ("6 a modifier that is not known", {("e.test", "TXT"): ("v=spf1 later=x ip4:192.0.2.1 -all",)}, "192.0.2.1", "a@e.test", "pass"),
    ("6 redirect twice", {("e.test", "TXT"): ("v=spf1 redirect=a.test redirect=b.test",)}, "192.0.2.1", "a@e.test", "permerror"),
    ("7.2 digits of a macro", {("e.test", "TXT"): ("v=spf1 exists:%{d2r}.x.test -all",), ("e.sub.x.test", "A"): ("127.0.0.2",)},
        "192.0.2.1", "a@sub.e.test", "none"),
    ("7.1 a macro that is none", {("e.test", "TXT"): ("v=spf1 exists:%{x}.test -all",)}, "192.0.2.1", "a@e.test", "permerror"),
)  # fmt: skip


@pytest.mark.criterion("email-13")
@pytest.mark.parametrize(("records", "ip", "sender", "result"), [rule[1:] for rule in RULES], ids=[rule[0] for rule in RULES])
def test_a_rule_of_the_standard(
    monkeypatch: pytest.MonkeyPatch, records: Mapping[tuple[str, str], tuple[str, ...]], ip: str, sender: str, result: str
) -> None:
    monkeypatch.setattr(dns, "lookup", looking(records))
    assert spf.check(ip, "client.invalid", sender)[0] == result


SUITE: list[dict[str, Any]] = list(yaml.safe_load_all(Path(__file__).with_name("rfc7208-tests.yml").read_text(encoding="utf-8")))
"""The openspf.org suite, release 2014.04, as pyspf's source package has it (Python Software Foundation License)."""
_MOST_ALIASES = 20


def test_the_standards_own_suite_is_whole() -> None:
    assert (len(SUITE), sum(len(part["tests"]) for part in SUITE)) == (16, 203)


@pytest.mark.criterion("email-13")
@pytest.mark.parametrize("part", SUITE, ids=[part["description"] for part in SUITE])
def test_the_standards_own_suite_passes(monkeypatch: pytest.MonkeyPatch, part: dict[str, Any]) -> None:
    zone = {name.lower().rstrip("."): records for name, records in part["zonedata"].items()}
    monkeypatch.setattr(dns, "lookup", lambda name, kind: suite_answer(zone, name.lower().rstrip("."), kind))
    wrong = {}
    for name, one in part["tests"].items():
        result = spf.check(one["host"], one["helo"], one["mailfrom"] or "")
        if result[0] not in (one["result"] if isinstance(one["result"], list) else [one["result"]]):
            wrong[name] = result
    assert wrong == {}


def suite_answer(zone: Mapping[str, list[Any]], name: str, kind: str, aliases: int = _MOST_ALIASES) -> Answer:
    """Return what a name server with the suite's zone says; its SPF records stand for TXT where a name has none, and aliases may turn in circles."""
    if name not in zone or not aliases:
        return Answer("no_name")
    records = [record for record in zone[name] if isinstance(record, dict)]
    own = any("TXT" in record for record in records)
    values = [value for record in records for found, value in record.items() if kind in (found, "TXT" if found == "SPF" and not own else found)]
    texts = [as_text(kind, value) for value in values if value not in ("NONE", "TIMEOUT")]
    if texts:
        return Answer("found", tuple(texts))
    if "TIMEOUT" in (*zone[name], *values):
        return Answer("failed", reason="timed out")
    alias = next((record["CNAME"] for record in records if "CNAME" in record), None)
    return suite_answer(zone, alias.lower(), kind, aliases - 1) if alias else Answer("absent")


def as_text(kind: str, value: Any) -> str:
    if kind == "MX":
        return f"{value[0]} {value[1]}"
    return "".join(value) if isinstance(value, list) else str(value)
