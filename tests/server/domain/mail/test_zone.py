"""Records to paste, and the tag lists in TXT records."""

from __future__ import annotations

import pytest

from server.domain.mail.zone import Answer, Record, tags, versioned


def test_a_long_text_goes_into_a_zone_in_strings_that_join_to_it() -> None:
    line = Record("TXT", "s._domainkey.example.com", "v=DKIM1; p=" + "A" * 400).zone_line
    name, kind, rest = line.split(" IN ")[0], line.split(" ")[2], line.partition(" TXT ")[2]
    strings = rest.strip('"').split('" "')
    assert (name, kind, "".join(strings)) == ("s._domainkey.example.com.", "TXT", "v=DKIM1; p=" + "A" * 400)
    assert max(map(len, strings)) <= 255


def test_names_in_a_zone_end_in_a_dot() -> None:
    assert Record("CNAME", "bounce.example.com", "mail.test").zone_line == "bounce.example.com. IN CNAME mail.test."
    assert Record("MX", "example.com", "10 mail.test").zone_line == "example.com. IN MX 10 mail.test."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("v=DMARC1; p=none;", {"v": "DMARC1", "p": "none"}), (" V = x ;k= a b", {"v": "x", "k": "a b"}), ("", {}), ("p=a=b", {"p": "a=b"}),
        ("p", None), ("=x", None), ("a=1; a=2", None),
    ],
)  # fmt: skip
def test_a_tag_list_is_pairs_or_none(text: str, found: dict[str, str] | None) -> None:
    assert tags(text) == found


def test_a_version_is_a_whole_tag() -> None:
    texts = ("v=DMARC1; p=none", "v=DMARC12; p=none", "v = dmarc1", "x v=DMARC1")
    assert versioned(Answer("found", texts), "v=DMARC1") == ["v=DMARC1; p=none", "v = dmarc1"]
