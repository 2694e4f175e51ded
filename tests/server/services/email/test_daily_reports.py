"""The daily report: only what changed, once, to who wants it, at the tenant's own hour; neither twice nor never, whatever happens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied
from server.services import mails
from server.services.email import daily_reports, daily_words, domain_watch, domains, pauses, reports, streams, suppressions
from server.services.email.daily_reports import DailyReportChange, DailyReportWish
from server.services.email.streams import Reason
from server.services.email.suppressions import NewSuppression
from server.store import blocklist_listings, database, email_daily_reports, email_figures, tenants
from server.system import clock
from server.system import settings as loading
from server.system.clock import Held
from server.system.settings import Settings
from tests.peers.nsd import NameServer
from tests.peers.smtp import Mailbox
from tests.server.domain.mail.report_texts import AGGREGATE
from tests.server.services.email.test_domains import added, served
from tests.server.services.email.test_signing import have
from tests.server.services.email.zones import pasted
from tests.server.services.people import mailed
from tests.tenants import TENANT_A

# 2026-11-19T12:00Z
BEGIN = 1_795_089_600_000
HOUR = 3_600_000
DAY = 24 * HOUR


@pytest.fixture
def able(tmp_path: Path) -> Settings:
    """Return settings of an appliance that can send mail of its own."""
    return posting(tmp_path, 9, **{"domains.source_addresses": ("198.51.100.7",), "domains.return_path_host": "returns.mail.test"})


def posting(folder: Path, port: int, **more: Any) -> Settings:
    """Return settings of an appliance whose own mail goes to a port."""
    usual = {"mail.system_smtp": f"smtp://127.0.0.1:{port}", "mail.system_from": "Acme <acme@mail.test>"}
    return loading.load(folder, {}, {**usual, "server.public_url": "https://crm.example.com", **more})


def looked(settings: Settings, held: Held, after_ms: int = DAY) -> int:
    held.advance(after_ms)
    return daily_reports.send_due(settings, lambda: False)


def lines(mail: dict[str, Any]) -> list[str]:
    return [line["text"] for section in mail["values"]["sections"] for line in section["lines"]]


def daily() -> list[dict[str, Any]]:
    return [one for one in mailed() if one["kind"] == daily_reports.KIND]


@pytest.mark.criterion("email-14")
def test_only_what_changed_is_mailed_once_a_day_and_nothing_when_nothing_did(alice: Actor, able: Settings, name_server: NameServer) -> None:
    with clock.frozen(BEGIN) as held:
        assert looked(able, held, 0) == 0, "at first things are as they are"
        domain_id = added(alice)["id"]
        zone = pasted(domains.check(alice, domain_id, able))
        served(name_server, zone)
        held.advance(HOUR)
        domain_watch.watch(able, lambda: False)
        assert looked(able, held) == 1
        (mail, other) = daily()
        assert {mail["to"], other["to"]} == {"alice@example.com", "dora@example.com"}
        assert lines(mail) == ["example.test was added (verified)."]
        assert [looked(able, held) for _ in range(3)] == [0, 0, 0]
        served(name_server, zone.replace("v=spf1", "v=spf9"))
        held.advance(2 * HOUR)
        before = len(mailed())
        domain_watch.watch(able, lambda: False)
        assert [one["kind"] for one in mailed()][before:] == ["domain_changed", "domain_changed"], "what broke is told at once besides"
        assert looked(able, held) == 1
        assert lines(daily()[-1]) == ["example.test, SPF: new problem."]
        served(name_server, zone)
        held.advance(2 * HOUR)
        before = len(mailed())
        domain_watch.watch(able, lambda: False)
        assert len(mailed()) == before, "what is mended is told by the daily report alone"
        assert (looked(able, held), lines(daily()[-1])) == (1, ["example.test, SPF: in order again."])
        assert looked(able, held) == 0


def test_everything_that_can_change_is_told(alice: Actor, able: Settings) -> None:
    with clock.frozen(BEGIN) as held:
        have(TENANT_A, "example.test")
        looked(able, held, 0)
        held.advance(HOUR)
        row = streams.ensure(TENANT_A, "live", "broadcast")
        hour = clock.now_ms() // email_figures.HOUR_MS
        with database.transaction():
            email_figures.add({(TENANT_A, "live", hour, "broadcast", "example.test", "google", "sent", ""): 80})
            email_figures.add({(TENANT_A, "live", hour, "broadcast", "example.test", "google", "bounced", "userunknown"): 20})
            blocklist_listings.put("198.51.100.7", "zen.spamhaus.org", "listed", "It is listed.", clock.now_ms())
        pauses.judge_streams()
        streams.resume(alice, row["id"], Reason(reason="The list was cleaned."))
        reports.receive(alice, AGGREGATE)
        for number in range(25):
            suppressions.suppress(alice, f"n{number}@customer.test", "hard_bounce", "bounce")
        suppressions.create(alice, NewSuppression(value="by-hand@customer.test"))
        assert looked(able, held) == 1
        assert lines(daily()[0]) == [
            "The stream broadcast is paused: nothing of it is sent until somebody resumes it.",
            "The stream broadcast was resumed.",
            "198.51.100.7 is now listed by zen.spamhaus.org.",
            "203.0.113.9 sent 3 messages as example.test that failed DMARC, for the first time.",
            "25 new suppressions (addresses that do not exist); a usual day brings 0.",
        ]
        details = [line["detail"] for line in daily()[0]["values"]["sections"][0]["lines"]]
        assert details == ["20.00% of 100 messages bounced", "The list was cleaned."]
        reports.receive(alice, AGGREGATE.replace(b"r-1", b"r-2"))
        assert looked(able, held) == 0, "a source that failed before is not told again"


def test_two_workers_and_a_kill_between_tell_it_once(alice: Actor, able: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.frozen(BEGIN) as held:
        looked(able, held, 0)
        have(TENANT_A, "example.test")
        held.advance(DAY)
        (seen,) = (row for row in email_daily_reports.due(clock.now_ms(), 10) if row["tenant_id"] == TENANT_A)
        with monkeypatch.context() as broken:
            broken.setattr(mails, "queue", _killed)
            with pytest.raises(RuntimeError):
                daily_reports.send_due(able, lambda: False)
        assert (daily(), looked(able, held, 0)) == ([], 1), "what was cut off is told by the next look"
        assert not daily_reports._tell(able, seen), "who looked at the same time tells nothing"
        assert len(daily()) == 2


def _killed(*_: object, **__: object) -> None:
    raise RuntimeError


def test_a_report_that_could_not_be_made_at_its_hour_is_made_later_and_misses_nothing(alice: Actor, able: Settings, tmp_path: Path) -> None:
    unable = loading.load(tmp_path, {}, {})
    with clock.frozen(BEGIN) as held:
        looked(able, held, 0)
        have(TENANT_A, "example.test")
        assert (looked(unable, held), looked(unable, held), daily()) == (0, 0, [])
        assert looked(able, held, 3 * DAY) == 1
        assert lines(daily()[0]) == ["example.test was added (verified)."]


def test_the_hour_is_the_tenants_own_in_its_time_zone(alice: Actor, able: Settings) -> None:
    with clock.frozen(BEGIN):
        assert daily_reports.get(alice)["next_at"] == "2026-11-20T07:00:00.000Z"
        put = daily_reports.put(alice, DailyReportChange(hour=9, timezone="America/New_York"))
        assert (put["next_at"], put["timezone"]) == ("2026-11-19T14:00:00.000Z", "America/New_York")
        tenants.update({**(tenants.find(TENANT_A) or {}), "timezone": "Asia/Tokyo", "language": "de-AT", "version": 2}, 1)
        found = daily_reports.put(alice, DailyReportChange())
        assert (found["next_at"], found["hour"], found["language"]) == ("2026-11-19T22:00:00.000Z", 7, "de")


@pytest.mark.parametrize(
    ("at", "following"),
    [("2026-03-28T12:00:00Z", "2026-03-29T01:00:00.000Z"), ("2026-10-24T12:00:00Z", "2026-10-25T00:00:00.000Z")],
)
def test_an_hour_that_the_clock_skips_or_repeats_comes_once(at: str, following: str) -> None:
    begin = clock.parse_rfc3339(at)
    due = daily_reports._next_at(begin, 2, "Europe/Berlin")
    assert clock.rfc3339(due) == following
    assert DAY - HOUR <= daily_reports._next_at(due, 2, "Europe/Berlin") - due <= DAY + HOUR


def test_a_tenant_and_a_person_can_switch_it_off(alice: Actor, bob: Actor, dora: Actor, operator: Actor, able: Settings) -> None:
    with clock.frozen(BEGIN) as held:
        looked(able, held, 0)
        assert daily_reports.wish(dora, DailyReportWish(wanted=False))["recipients"] == ["alice@example.com"]
        have(TENANT_A, "one.test")
        assert looked(able, held) == 1
        assert [one["to"] for one in daily()] == ["alice@example.com"]
        assert daily_reports.wish(dora, DailyReportWish(wanted=True))["wanted"]
        daily_reports.put(alice, DailyReportChange(enabled=False))
        have(TENANT_A, "two.test")
        assert looked(able, held) == 0
        have(TENANT_A, "three.test")
        daily_reports.put(alice, DailyReportChange())
        have(TENANT_A, "four.test")
        assert looked(able, held) == 1
        assert lines(daily()[-1]) == ["four.test was added (verified)."], "what changed while it was off is not told"
        with pytest.raises(Denied):
            daily_reports.put(bob, DailyReportChange())
        with pytest.raises(Denied):
            daily_reports.wish(operator, DailyReportWish(wanted=False))


@pytest.mark.parametrize("language", daily_words.LANGUAGES)
def test_it_is_written_in_the_tenants_language_as_text_and_html(alice: Actor, tmp_path: Path, smtp: Callable[[str], Mailbox], language: str) -> None:
    box = smtp("plain")
    settings = posting(tmp_path, box.port, **{"branding.name": "Acme Mail"})
    with clock.frozen(BEGIN) as held:
        daily_reports.put(alice, DailyReportChange.model_validate({"language": language}))
        have(TENANT_A, "example.test")
        shown = daily_reports.preview(alice, settings)
        assert daily() == [], "a preview tells nobody"
        assert looked(settings, held) == 1
        assert mails.send_due_mails(settings) == 2
    message = box.messages[0]
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    sentence = daily_words.words()[language]["statuses"]["verified"]
    assert "Acme Mail" in str(message["Subject"])
    assert text is not None
    assert html is not None
    assert sentence in text.get_content()
    assert sentence in html.get_content()
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in html.get_content()
    assert sentence in shown["html"]
