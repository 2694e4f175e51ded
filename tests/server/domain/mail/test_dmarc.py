"""DMARC by RFC 9989: where a policy is found, what it says for whom, and when a message is aligned."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from server.domain.mail import dmarc
from server.domain.mail.dmarc import Published
from tests.server.domain.mail.zones import FAILED, looking

pytestmark = pytest.mark.criterion("email-13")


def record(name: str, text: str) -> dict[tuple[str, str], tuple[str, ...]]:
    return {(f"_dmarc.{name}", "TXT"): (text,)}


def evaluated(
    zone: Mapping[tuple[str, str], tuple[str, ...] | str], from_domain: str, *, spf: str | None = None, dkim: tuple[str, ...] = ()
) -> dmarc.Verdict:
    return dmarc.evaluate(from_domain, spf, dkim, looking(zone))


def test_the_walk_asks_eight_names_at_most() -> None:
    assert dmarc.places("a.mail.example.com") == ["a.mail.example.com", "mail.example.com", "example.com", "com"]


def test_a_long_name_is_cut_to_its_last_seven_labels() -> None:
    asked = dmarc.places("a.b.c.d.e.f.g.h.i.j.example.com")
    assert asked[:2] == ["a.b.c.d.e.f.g.h.i.j.example.com", "f.g.h.i.j.example.com"]
    assert (len(asked), asked[-1]) == (dmarc.MOST_QUERIES, "com")


@pytest.mark.parametrize(
    ("zone", "name", "organization"),
    [
        (record("example.com", "v=DMARC1; p=none"), "a.mail.example.com", "example.com"),
        (record("example.com", "v=DMARC1; p=none") | record("mail.example.com", "v=DMARC1; p=none"), "a.mail.example.com", "example.com"),
        (record("mail.example.com", "v=DMARC1; p=none; psd=n") | record("example.com", "v=DMARC1; p=none"), "a.mail.example.com", "mail.example.com"),
        (record("co.example", "v=DMARC1; p=reject; psd=y"), "a.shop.co.example", "shop.co.example"),
        ({}, "a.example.com", "a.example.com"),
    ],
)
def test_an_organization_is_found_without_a_list_of_suffixes(zone: dict[tuple[str, str], tuple[str, ...]], name: str, organization: str) -> None:
    assert dmarc.organization(name, dmarc.walk(name, looking(zone))) == organization


@pytest.mark.parametrize(
    ("text", "from_domain", "policy"),
    [
        ("v=DMARC1; p=reject", "example.com", "reject"),
        ("v=DMARC1; p=reject; sp=quarantine", "here.example.com", "quarantine"),
        ("v=DMARC1; p=reject; sp=quarantine; np=none", "here.example.com", "quarantine"),
        ("v=DMARC1; p=none; sp=quarantine; np=reject", "gone.example.com", "reject"),
        ("v=DMARC1; p=none; sp=quarantine", "gone.example.com", "quarantine"),
        ("v=DMARC1; p=reject; t=y", "example.com", "quarantine"),
        ("v=DMARC1; p=quarantine; t=y; pct=100", "example.com", "none"),
        ("v=DMARC1; rua=mailto:a@example.com", "example.com", "none"),
        ("v=DMARC1; p=whatever; rua=mailto:a@example.com", "example.com", "none"),
        ("v=DMARC1; p=Reject ;", "example.com", "reject"),
    ],
)
def test_a_policy_says_what_it_says_for_whom(text: str, from_domain: str, policy: str) -> None:
    zone = {**record("example.com", text), ("here.example.com", "A"): ("192.0.2.1",)}
    found = evaluated(zone, from_domain, spf="elsewhere.org")
    assert (found.result, found.policy) == ("fail", policy)


@pytest.mark.parametrize("text", ["v=DMARC1", "v=DMARC1; p=whatever", "p=reject; v=DMARC1", "v=DMARC2; p=reject", "v=DMARC1; p=none; p=none", ""])
def test_what_is_no_record_is_no_policy(text: str) -> None:
    assert evaluated(record("example.com", text), "example.com").result == "none"


def test_two_records_are_none() -> None:
    zone = {("_dmarc.example.com", "TXT"): ("v=DMARC1; p=reject", "v=DMARC1; p=none")}
    assert evaluated(zone, "example.com").result == "none"
    beside = {("_dmarc.example.com", "TXT"): ("v=DMARC1; p=reject", "something else")}
    assert evaluated(beside, "example.com").policy == "reject"


@pytest.mark.parametrize(
    ("tags", "spf", "dkim", "aligned"),
    [
        ("", "bounce.example.com", (), ("spf=bounce.example.com",)),
        ("", None, ("other.org", "mail.example.com"), ("dkim=mail.example.com",)),
        ("; aspf=s", "bounce.example.com", (), ()),
        ("; adkim=s", None, ("mail.example.com",), ()),
        ("; adkim=s; aspf=s", "example.com", ("example.com",), ("dkim=example.com", "spf=example.com")),
        ("", "badexample.com", ("example.com.evil.com",), ()),
        ("", "com", (), ()),
    ],
)
def test_alignment(tags: str, spf: str | None, dkim: tuple[str, ...], aligned: tuple[str, ...]) -> None:
    found = evaluated(record("example.com", f"v=DMARC1; p=reject{tags}"), "example.com", spf=spf, dkim=dkim)
    assert (found.result, found.aligned) == ("pass" if aligned else "fail", aligned)


def test_two_customers_of_one_suffix_are_strangers() -> None:
    zone = record("co.example", "v=DMARC1; p=none; psd=y") | record("one.co.example", "v=DMARC1; p=reject")
    assert evaluated(zone, "one.co.example", dkim=("two.co.example",)).result == "fail"
    assert evaluated(zone, "one.co.example", dkim=("a.one.co.example",)).result == "pass"
    assert evaluated(zone, "two.co.example").policy == "none"


def test_no_answer_is_no_verdict() -> None:
    zone: dict[tuple[str, str], tuple[str, ...] | str] = {("_dmarc.example.com", "TXT"): FAILED}
    assert evaluated(zone, "a.example.com").result == "temperror"
    assert dmarc.evaluate("example.com", None, [], looking(record("example.com", "v=DMARC1; p=reject")), temporary=True).result == "temperror"
    assert evaluated({}, "not a name!").result == "permerror"


@pytest.mark.parametrize(
    ("vouching", "result"), [((), "fail"), (("example.com",), "pass"), (("other.org", "example.com"), "pass"), (("mail.example.com",), "temperror")]
)
def test_a_names_own_record_decides_where_those_above_it_cannot_be_asked(vouching: tuple[str, ...], result: str) -> None:
    zone: dict[tuple[str, str], tuple[str, ...] | str] = {("_dmarc.com", "TXT"): FAILED, **record("example.com", "v=DMARC1; p=reject")}
    found = evaluated(zone, "example.com", dkim=vouching)
    assert found.result == result
    assert found.policy == ("reject" if result != "temperror" else None)


def test_a_record_tells_where_reports_go() -> None:
    found = dmarc.parse("v=DMARC1; p=none; rua=mailto:a@example.com, mailto:b@example.org!10m", "example.com")
    assert isinstance(found, Published)
    assert found.rua == ("mailto:a@example.com", "mailto:b@example.org!10m")
