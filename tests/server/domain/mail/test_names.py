"""Names of domains: one spelling, and the names above them."""

from __future__ import annotations

import pytest

from server.domain.errors import Unprocessable
from server.domain.mail import names


@pytest.mark.parametrize(
    ("text", "name"), [("Example.COM.", "example.com"), ("münchen.example", "xn--mnchen-3ya.example"), (" mail.example.org ", "mail.example.org")]
)
def test_a_name_has_one_spelling(text: str, name: str) -> None:
    assert names.sending_name(text) == name


@pytest.mark.parametrize(
    "text", ["", "com", "a..b", "-a.example", "exa mple.com", "192.0.2.1", "_dmarc.example.com", "a" * 64 + ".com", "a.b\r\n.com"]
)
def test_what_mail_cannot_be_sent_from_is_refused(text: str) -> None:
    with pytest.raises(Unprocessable) as caught:
        names.sending_name(text)
    assert caught.value.stable_code == "invalid_domain"


def test_the_names_above_end_before_the_top_level() -> None:
    assert names.ancestry("a.b.example.com") == ["a.b.example.com", "b.example.com", "example.com"]
    assert names.ancestry("com") == ["com"]


def test_a_name_that_only_ends_alike_is_not_within() -> None:
    assert names.is_within("mail.example.com", "example.com")
    assert names.is_within("example.com", "example.com")
    assert not names.is_within("badexample.com", "example.com")
