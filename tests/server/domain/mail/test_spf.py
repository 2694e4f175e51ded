"""Reading SPF records: their cost, their faults, and the record that would let us send."""

from __future__ import annotations

import pytest

from server.domain.mail import spf
from tests.server.domain.mail.zones import FAILED, looking


def examined(zone: dict[str, str]) -> spf.Examined:
    return spf.examine("example.com", looking({(name, "TXT"): (text,) for name, text in zone.items()}))


def test_look_ups_are_counted_through_includes_and_redirects() -> None:
    found = examined(
        {
            "example.com": "v=spf1 ip4:192.0.2.0/24 include:a.test redirect=b.test",
            "a.test": "v=spf1 include:c.test -all",
            "b.test": "v=spf1 ip6:2001:db8::/32 -all",
            "c.test": "v=spf1 -all",
        }
    )
    assert (found.lookups, found.problems, found.names) == (3, [], ["a.test", "c.test", "b.test"])
    assert found.networks == ["192.0.2.0/24", "2001:db8::/32"]


def test_more_than_ten_look_ups_are_a_fault() -> None:
    zone = {"example.com": "v=spf1 " + " ".join(f"include:n{number}.test" for number in range(11)) + " -all"}
    found = examined(zone | {f"n{number}.test": "v=spf1 -all" for number in range(11)})
    assert found.lookups == 11
    assert any("11 look-ups" in problem for problem in found.problems)


def test_more_than_two_void_look_ups_are_a_fault() -> None:
    found = examined({"example.com": "v=spf1 a:no.test mx:no.test exists:no.test -all"})
    assert found.voids == 3
    assert len(found.problems) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("v=spf1 include:example.com -all", "leads to itself"),
        ("v=spf1 include:nothing.test -all", "has no SPF record"),
        ("v=spf1 ipv4:192.0.2.1 -all", "not a mechanism"),
        ("v=spf1 +all", "everybody"),
    ],
)
def test_faults_are_named(text: str, words: str) -> None:
    assert any(words in problem for problem in examined({"example.com": text}).problems)


def test_two_records_are_a_fault_and_no_answer_is_none() -> None:
    found = spf.examine("example.com", looking({("example.com", "TXT"): ("v=spf1 -all", "v=spf1 ~all")}))
    assert "2 SPF records" in found.problems[0]
    assert spf.examine("example.com", looking({("example.com", "TXT"): FAILED})).failed == f"example.com: {FAILED}"
    assert spf.examine("example.com", looking({})).text is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, "v=spf1 include:us.test ~all"),
        ("v=spf1 -all", "v=spf1 include:us.test -all"),
        ("v=spf1 mx redirect=other.test", "v=spf1 mx include:us.test redirect=other.test"),
        ("v=spf1 include:us.test ?all", "v=spf1 include:us.test ?all"),
    ],
)
def test_the_record_to_paste_keeps_what_there_is(before: str | None, after: str) -> None:
    assert spf.authorizing(before, ["include:us.test"]) == after
