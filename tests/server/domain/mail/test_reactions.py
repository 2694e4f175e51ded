"""What providers say leads to a pause or a slower pace, each by its own rule."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from server.domain.mail.reactions import REACTIONS, reaction, struck
from server.domain.mail.reasons import CLASSES
from server.domain.mail.replies import classify_reply
from tests.server.domain.mail import refusal_verdicts

HOUR_MS = 3_600_000


@pytest.mark.criterion("email-5")
@pytest.mark.parametrize(
    ("site", "code", "text", "key"),
    [
        ("yahoo", 421, "4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to user complaints", "yahoo_complaints"),
        ("google", 421, "4.7.28 Our system has detected an unusual rate of unsolicited mail", "google_rate"),
        ("outlook", 421, "RP-001 The mail server IP connecting has exceeded the rate limit", "outlook_reputation"),
        ("outlook", 550, "5.7.515 Access denied, sending domain does not meet the required authentication level", "outlook_authentication"),
        ("comcast", 421, "4.1.0 192.0.2.1 Throttled - try again later RL000001", "comcast_throttled"),
        ("orange", 421, "Service refused, please try later. OFR004_104", "orange_slow"),
        ("company.test", 550, "5.7.1 Service unavailable, blocked using zen.spamhaus.org", "listed_anywhere"),
        ("company.test", 451, "4.7.1 Too many messages, slow down", "limited_anywhere"),
        ("company.test", 550, "5.1.1 User unknown", None),
        ("company.test", 451, "4.7.1 Greylisted", None),
    ],
)
def test_a_reply_falls_under_its_rule(site: str, code: int, text: str, key: str | None) -> None:
    found = reaction(site, code, text)
    assert (found.key if found else None) == key


@pytest.mark.criterion("email-5")
def test_three_complaint_deferrals_of_yahoo_within_an_hour_stop_it_for_two() -> None:
    rule = reaction("yahoo", 421, "4.7.0 [TSS04] deferred")
    assert rule is not None
    assert (rule.strikes, rule.action, rule.for_ms) == (3, "pause", 2 * HOUR_MS)
    strikes: list[int] = []
    for moment in (0, HOUR_MS + 1, HOUR_MS + 2):
        strikes = struck(strikes, rule, moment)
    assert len(strikes) == 2, "what is older than an hour does not count"
    assert len(struck(strikes, rule, HOUR_MS + 3)) == 3


@pytest.mark.criterion("email-5")
def test_rules_cover_a_dozen_providers_and_have_names_of_their_own() -> None:
    assert len({rule.site for rule in REACTIONS if rule.site}) >= 12
    assert len({rule.key for rule in REACTIONS}) == len(REACTIONS)


@pytest.mark.criterion("email-5")
@pytest.mark.skipif(not refusal_verdicts.folder().is_dir(), reason="JUNCTION_TEST_DATA names no folder with refusals")
def test_nine_in_ten_refusals_of_the_field_manual_fall_into_the_right_class(figure: Callable[[str], None]) -> None:
    found = list(refusal_verdicts.refusals())
    right = [one for one in found if refusal_verdicts.LETTERS[CLASSES[classify_reply(one.code, one.enhanced, one.text).reason]] in one.classes]
    assert len(found) == 206
    assert len(right) >= 0.9 * len(found)
    figure(f"{len(right)} of {len(found)} refusals of 29 providers fall into the right class")
