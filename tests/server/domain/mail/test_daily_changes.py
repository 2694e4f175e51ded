"""Two pictures of a tenant's mail compared: what stayed is not told, and what nobody can say is no change."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.mail.daily_changes import DAY_MS, Change, Picture, compared, growth, settled

NOW = 40 * DAY_MS
SINCE = NOW - DAY_MS


def domain(status: str = "verified", **known: str) -> dict[str, Any]:
    return {"status": status, "known": {check: [state, f"{check} is {state}"] for check, state in known.items()}}


def whats(before: Picture, after: Picture) -> list[str]:
    return [one.what for one in compared(before, after, SINCE, NOW)]


def test_nothing_is_told_of_what_stayed() -> None:
    picture = Picture({"a.test": domain(spf="failed", key_age="warning")}, {"192.0.2.1": {"zen": "listed"}}, {"google": [SINCE - 5, "421"]})
    assert compared(picture, picture, SINCE, NOW) == []


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("ok", "failed", ["finding_failed"]),
        ("warning", "failed", ["finding_failed"]),
        ("ok", "warning", ["finding_warning"]),
        ("failed", "warning", ["finding_warning"]),
        ("failed", "ok", ["finding_mended"]),
        ("warning", "optional", ["finding_mended"]),
        ("ok", "optional", []),
        ("failed", "failed", []),
    ],
)
def test_a_finding_is_told_when_it_got_worse_or_better(before: str, after: str, what: list[str]) -> None:
    assert whats(Picture({"a.test": domain(spf=before)}), Picture({"a.test": domain(spf=after)})) == what


def test_a_finding_says_what_was_found() -> None:
    (change,) = compared(Picture({"a.test": domain(spf="ok")}), Picture({"a.test": domain(spf="failed")}), SINCE, NOW)
    assert change == Change("domains", "finding_failed", {"domain": "a.test", "check": "spf"}, "spf is failed")


def test_domains_come_go_and_change_their_standing() -> None:
    before = Picture({"gone.test": domain(), "same.test": domain("verified")})
    after = Picture({"new.test": domain("pending", spf="failed"), "same.test": domain("failing")})
    assert whats(before, after) == ["domain_removed", "domain_added", "domain_status"]


def test_keys_that_have_become_old_are_due_and_new_ones_are_not() -> None:
    old, new = Picture({"a.test": domain(key_age="warning")}), Picture({"a.test": domain(key_age="ok")})
    assert (whats(new, old), whats(old, new)) == (["keys_due"], ["keys_fresh"])
    assert {one.section for one in compared(new, old, SINCE, NOW)} == {"keys"}


def test_a_listing_is_told_when_it_begins_and_ends_and_not_while_the_list_is_away() -> None:
    def at(state: str) -> Picture:
        return Picture(listings={"192.0.2.1": {"zen": state}})

    assert whats(at("clean"), at("listed")) == ["listed"]
    assert whats(Picture(), at("listed")) == ["listed"]
    away = settled(at("listed"), at("unknown"))
    assert (whats(at("listed"), at("unknown")), away.listings) == ([], {"192.0.2.1": {"zen": "listed"}})
    assert (whats(away, at("listed")), whats(away, at("clean"))) == ([], ["unlisted"])
    assert whats(settled(Picture(), at("unknown")), at("clean")) == []


def test_a_provider_that_paused_is_told_once_at_each_end() -> None:
    def until(moment: int) -> Picture:
        return Picture(sites={"outlook": [moment, "421 busy"]})

    assert whats(Picture(), until(NOW + 5)) == ["site_paused"]
    assert whats(Picture(), until(NOW - 5)) == ["site_was_paused"]
    assert whats(until(NOW + 5), until(NOW + 5)) == []
    assert whats(until(NOW - 5), until(NOW - 5)) == ["site_resumed"], "it was told as going on when the last report was made"
    assert whats(until(NOW + 5), until(0)) == ["site_resumed"], "somebody resumed it by hand"
    assert whats(until(SINCE - 5), until(SINCE - 5)) == []


@pytest.mark.parametrize(
    ("count", "earlier", "told"),
    [(19, 0, False), (20, 0, True), (59, 28 * 20, False), (60, 28 * 20, True)],
)
def test_suppressions_are_told_when_they_are_thrice_a_usual_day(count: int, earlier: int, told: bool) -> None:
    found = growth({"hard_bounce": count}, {"hard_bounce": earlier}, DAY_MS, 28 * DAY_MS)
    assert bool(found) is told


def test_a_report_after_a_week_away_compares_days_with_days() -> None:
    assert growth({"complaint": 140}, {"complaint": 28 * 10}, 7 * DAY_MS, 28 * DAY_MS) == []
    (found,) = growth({"complaint": 210}, {"complaint": 28 * 10}, 7 * DAY_MS, 28 * DAY_MS)
    assert found.values == {"reason": "complaint", "count": 210, "usual": 10}
