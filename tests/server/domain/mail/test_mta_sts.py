"""MTA-STS: what announces a policy, what is one, and which hosts it covers."""

from __future__ import annotations

import pytest

from server.domain.mail import mta_sts
from server.domain.mail.mta_sts import Policy
from server.domain.mail.zone import Answer

TEXT = "version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.example.net\r\nmax_age: 604800\r\n"


def test_a_policy_is_read_whatever_ends_its_lines() -> None:
    wanted = Policy("enforce", ("mail.example.com", "*.example.net"), 604_800)
    assert mta_sts.parse(TEXT) == mta_sts.parse(TEXT.replace("\r\n", "\n")) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "", "<html>", TEXT.replace("STSv1", "STSv2"), TEXT.replace("enforce", "force"), TEXT.replace("604800", "-1"),
        TEXT.replace("604800", "9" * 30), "version: STSv1\nmode: enforce\nmax_age: 1", TEXT.replace("mail.example.com", "*.*.com"),
    ],
)  # fmt: skip
def test_what_is_no_policy_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^It"):
        mta_sts.parse(text)


def test_an_age_beyond_a_year_is_a_year() -> None:
    assert mta_sts.parse(TEXT.replace("604800", "9999999999")).max_age == mta_sts.LONGEST_AGE


@pytest.mark.criterion("email-17")
@pytest.mark.parametrize(
    ("host", "covered"),
    [
        ("mail.example.com", True), ("MAIL.example.com.", True), ("mx1.example.net", True), ("a.mx1.example.net", False),
        ("example.net", False), ("mail.example.com.evil.test", False), ("evilexample.net", False),
    ],
)  # fmt: skip
def test_a_wildcard_stands_for_one_label(host: str, covered: bool) -> None:
    assert mta_sts.covers(mta_sts.parse(TEXT), host) == covered


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (("v=STSv1; id=20261121;",), "20261121"), (("v=STSv1; id=a", "other"), "a"), (("v=STSv1; id=a", "v=STSv1; id=b"), None),
        (("v=STSv1",), None), (("v=STSv1; id=not-one",), None), ((), None),
    ],
)  # fmt: skip
def test_a_record_announces_one_id(texts: tuple[str, ...], found: str | None) -> None:
    assert mta_sts.policy_id(Answer("found", texts)) == found
