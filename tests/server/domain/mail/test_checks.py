"""Checks of a domain's DNS: each state has its cause, and no answer is never a fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from server.domain.mail import checks
from server.domain.mail.checks import CHECKS, Finding, Key, Wanted
from server.domain.mail.mta_sts import Policy
from server.domain.mail.zone import Answer, Record
from tests.server.domain.mail.zones import looking

KEY = Key("s1", "rsa-sha256", "UHVibGlj", "active")
WANTED = Wanted(
    name="example.com",
    token="t0",
    keys=(KEY,),
    addresses=("192.0.2.7",),
    spf_terms=("include:spf.us.test",),
    helo="out.us.test",
    return_path="bounce.example.com",
    return_path_host="back.us.test",
    tracking="links.example.com",
    tracking_host="track.us.test",
    mail_host="in.us.test",
    report_address="reports@us.test",
    policy=Policy("enforce", ("mail.example.com",), 86400),
)
ALL_WELL: dict[tuple[str, str], tuple[str, ...] | str] = {
    ("_domain-verification.example.com", "TXT"): ("domain-verification=t0",),
    ("s1._domainkey.example.com", "TXT"): ("v=DKIM1; k=rsa; p=UHVibGlj",),
    ("example.com", "TXT"): ("v=spf1 include:spf.us.test -all",),
    ("spf.us.test", "TXT"): ("v=spf1 ip4:192.0.2.7 -all",),
    ("_dmarc.example.com", "TXT"): ("v=DMARC1; p=reject",),
    ("example.com", "MX"): ("10 mail.example.com",),
    ("mail.example.com", "A"): ("192.0.2.25",),
    ("7.2.0.192.in-addr.arpa", "PTR"): ("out.us.test",),
    ("out.us.test", "A"): ("192.0.2.7",),
    ("bounce.example.com", "CNAME"): ("back.us.test",),
    ("links.example.com", "CNAME"): ("track.us.test",),
    ("_mta-sts.example.com", "TXT"): ("v=STSv1; id=1",),
    ("_smtp._tls.example.com", "TXT"): ("v=TLSRPTv1; rua=mailto:reports@us.test",),
    ("default._bimi.example.com", "TXT"): ("v=BIMI1; l=https://example.com/l.svg; a=https://example.com/v.pem",),
    ("_25._tcp.mail.example.com", "TLSA"): ("3 1 1 abcdef",),
}


def found(check: str, changes: Mapping[tuple[str, str], tuple[str, ...] | str] | None = None, wanted: Wanted = WANTED) -> Finding:
    return CHECKS[check](wanted, looking({**ALL_WELL, **(changes or {})}))


@pytest.mark.criterion("email-14")
@pytest.mark.parametrize("check", CHECKS)
def test_a_domain_in_order_is_found_in_order(check: str) -> None:
    finding = found(check)
    assert (finding.state, finding.records) == ("ok", ()), finding.detail


@pytest.mark.criterion("email-14")
@pytest.mark.parametrize("check", [name for name in CHECKS if name != "tlsa"])
def test_no_answer_is_unknown_and_never_a_fault(check: str) -> None:
    finding = CHECKS[check](WANTED, lambda _name, _kind: Answer("failed", reason="SERVFAIL"))
    assert finding.state == "unknown"
    assert "SERVFAIL" in finding.detail


@pytest.mark.criterion("email-14")
@pytest.mark.parametrize(
    ("check", "changes", "state", "record"),
    [
        ("ownership", {("_domain-verification.example.com", "TXT"): ("domain-verification=other",)}, "failed",
         ("TXT", "_domain-verification.example.com", "domain-verification=t0")),
        ("dkim", {("s1._domainkey.example.com", "TXT"): ("v=DKIM1; k=rsa; p=Other",)}, "failed",
         ("TXT", "s1._domainkey.example.com", "v=DKIM1; k=rsa; p=UHVibGlj")),
        ("dkim", {("s1._domainkey.example.com", "TXT"): ()}, "failed", ("TXT", "s1._domainkey.example.com", "v=DKIM1; k=rsa; p=UHVibGlj")),
        ("spf", {("example.com", "TXT"): ("v=spf1 mx ~all",)}, "failed", ("TXT", "example.com", "v=spf1 mx include:spf.us.test ~all")),
        ("spf", {("example.com", "TXT"): ()}, "failed", ("TXT", "example.com", "v=spf1 include:spf.us.test ~all")),
        ("dmarc", {("_dmarc.example.com", "TXT"): ()}, "failed", ("TXT", "_dmarc.example.com", "v=DMARC1; p=none; rua=mailto:reports@us.test")),
        ("dmarc", {("_dmarc.example.com", "TXT"): ("v=DMARC1; p=none",)}, "warning",
         ("TXT", "_dmarc.example.com", "v=DMARC1; p=quarantine; rua=mailto:reports@us.test")),
        ("mx", {("example.com", "MX"): ()}, "warning", ("MX", "example.com", "10 in.us.test")),
        ("mx", {("example.com", "MX"): ("0 ",)}, "warning", ("MX", "example.com", "10 in.us.test")),
        ("ptr", {("7.2.0.192.in-addr.arpa", "PTR"): ("other.test",)}, "failed", ("PTR", "7.2.0.192.in-addr.arpa", "out.us.test")),
        ("ptr", {("out.us.test", "A"): ("192.0.2.8",)}, "failed", ("PTR", "7.2.0.192.in-addr.arpa", "out.us.test")),
        ("return_path", {("bounce.example.com", "CNAME"): ("old.test",)}, "failed", ("CNAME", "bounce.example.com", "back.us.test")),
        ("tracking", {("links.example.com", "CNAME"): ()}, "failed", ("CNAME", "links.example.com", "track.us.test")),
        ("tls_rpt", {("_smtp._tls.example.com", "TXT"): ("v=TLSRPTv1",)}, "failed",
         ("TXT", "_smtp._tls.example.com", "v=TLSRPTv1; rua=mailto:reports@us.test")),
        ("tls_rpt", {("_smtp._tls.example.com", "TXT"): ()}, "optional",
         ("TXT", "_smtp._tls.example.com", "v=TLSRPTv1; rua=mailto:reports@us.test")),
        ("mta_sts", {("_mta-sts.example.com", "TXT"): ()}, "optional", ("TXT", "_mta-sts.example.com", "v=STSv1; id=1")),
    ],
)  # fmt: skip
def test_each_fault_has_its_state_and_the_record_that_mends_it(
    check: str, changes: dict[tuple[str, str], tuple[str, ...] | str], state: str, record: tuple[str, str, str]
) -> None:
    finding = found(check, changes)
    assert finding.state == state
    assert finding.records[0] == Record(*record)


def test_an_address_elsewhere_has_to_agree_to_take_reports() -> None:
    asking = {("_dmarc.example.com", "TXT"): ("v=DMARC1; p=reject; rua=mailto:reports@us.test",)}
    finding = found("dmarc", asking)
    assert (finding.state, finding.records) == ("warning", (Record("TXT", "example.com._report._dmarc.us.test", "v=DMARC1;"),))
    assert found("dmarc", {**asking, ("example.com._report._dmarc.us.test", "TXT"): ("v=DMARC1",)}).state == "ok"
    assert found("dmarc", {("_dmarc.example.com", "TXT"): ("v=DMARC1; p=reject; rua=mailto:dmarc@elsewhere.test",)}).state == "ok"


@pytest.mark.parametrize(
    ("check", "changes", "words"),
    [
        ("mx", {("mail.example.com", "A"): ()}, "no address"),
        ("dmarc", {("_dmarc.example.com", "TXT"): ("v=DMARC1; p=reject; aspf=s",)}, "SPF is not"),
        ("mta_sts", {("example.com", "MX"): ("10 mail.example.com", "20 spare.example.com")}, "spare.example.com"),
        ("tlsa", {("example.com", "MX"): ("10 mail.example.com", "20 spare.example.com")}, "spare.example.com is not pinned"),
        ("spf", {("spf.us.test", "TXT"): ("v=spf1 include:gone.test -all",)}, "gone.test"),
        ("dkim", {("s1._domainkey.example.com", "TXT"): ("v=DKIM1; t=y; p=UHVibGlj",)}, "only tests"),
    ],
)
def test_what_is_wrong_is_said(check: str, changes: dict[tuple[str, str], tuple[str, ...] | str], words: str) -> None:
    assert words in found(check, changes).detail


def test_a_policy_that_cannot_be_had_is_a_fault_with_its_reason() -> None:
    finding = found("mta_sts", wanted=replace(WANTED, policy=None, policy_problem="It answered 404."))
    assert (finding.state, "It answered 404." in finding.detail) == ("failed", True)


def test_a_key_that_waits_takes_nothing_from_one_that_signs() -> None:
    waiting = replace(WANTED, keys=(KEY, Key("s2", "ed25519-sha256", "TmV3", "pending")))
    finding = found("dkim", wanted=waiting)
    assert finding.state == "warning"
    assert [record.name for record in finding.records] == ["s2._domainkey.example.com"]


def test_what_is_not_used_is_not_asked_for() -> None:
    bare = Wanted(name="example.com", token="t0")
    assert {check: found(check, wanted=bare).state for check in ("ptr", "return_path", "tracking")} == {
        "ptr": "optional", "return_path": "optional", "tracking": "optional",
    }  # fmt: skip


def test_addresses_are_covered_by_the_record_that_names_them() -> None:
    plain = replace(WANTED, spf_terms=("ip4:192.0.2.7",))
    assert checks.sender_policy(plain, looking(ALL_WELL)).state == "ok"
