"""Addresses in mails: what comes back is what was given out, and nothing else is anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.mail import tracking_links
from server.domain.mail.tracking_links import Link

KEY = b"k" * 32
RECIPIENT = "rcp_0123456789abcdefghijklmnop"
TARGET = "https://shop.example/offer?a=1&amp;b=2"


def parts(path: str) -> tuple[str, str]:
    _, _, _, token, *rest = path.split("/")
    return token, rest[0] if rest else ""


@given(st.integers(1, 500), st.text(st.characters(codec="utf-8"), max_size=80))
def test_a_link_comes_back_as_it_was_written(place: int, target: str) -> None:
    link = Link("click", RECIPIENT, place, 500, target)
    assert tracking_links.read(KEY, "click", *parts(tracking_links.path(KEY, link))) == link


def test_what_stands_in_html_leads_where_the_browser_would_go() -> None:
    assert Link("click", RECIPIENT, 1, 1, f" {TARGET}\n").url == "https://shop.example/offer?a=1&b=2"


@pytest.mark.criterion("email-27")
@pytest.mark.parametrize("kind", ["open", "trap", "unsubscribe"])
def test_a_token_is_good_for_one_thing_only(kind: tracking_links.Kind) -> None:
    token, _ = parts(tracking_links.path(KEY, Link(kind, RECIPIENT)))
    others = {"open", "trap", "unsubscribe"} - {kind}
    assert tracking_links.read(KEY, kind, token) == Link(kind, RECIPIENT)
    assert [tracking_links.read(KEY, other, token) for other in others] == [None, None]  # type: ignore[arg-type]


@pytest.mark.criterion("email-27")
def test_no_address_can_be_put_in_the_place_of_another() -> None:
    token, encoded = parts(tracking_links.path(KEY, Link("click", RECIPIENT, 1, 2, TARGET)))
    _, evil = parts(tracking_links.path(b"theirs", Link("click", RECIPIENT, 1, 2, "https://evil.example/")))
    assert tracking_links.read(KEY, "click", token, encoded) is not None
    for forged in ((token, evil), (token.replace(".1.", ".2."), encoded), (token, ""), ("0" + token[1:] + "x", encoded)):
        assert tracking_links.read(KEY, "click", *forged) is None
    assert tracking_links.read(b"other", "click", token, encoded) is None


@given(st.text(max_size=60), st.text(max_size=60))
def test_nonsense_is_refused_without_an_error(token: str, encoded: str) -> None:
    for kind in tracking_links.LETTERS:
        assert tracking_links.read(KEY, kind, token, encoded) is None
