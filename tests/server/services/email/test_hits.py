"""Hits: a row of their own when they come, and what they mean a minute later, told once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.mail.tracking_links import Link
from server.services.email import hits
from server.store import database, email_figures
from server.system import clock
from tests.mailing import happened, sending_settings, submit, verified

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"


@pytest.fixture
def message(alice: Actor, tmp_path: Path) -> dict[str, Any]:
    """Return a message to one recipient."""
    verified(alice.tenant_id, "example.com")
    return submit(alice, sending_settings(tmp_path))


def hit(message: dict[str, Any], kind: Any = "open", place: int = 0, method: str = "GET", agent: str = BROWSER) -> None:
    hits.record(Link(kind, message["recipients"][0]["id"], place, 5, "https://shop.example/" if kind == "click" else ""), method, agent)


def settled() -> int:
    """Judge what came, as if it had come two minutes ago."""
    with database.transaction():
        database.run("UPDATE email_hits SET at = at - 120000 WHERE outcome IS NULL")
    return hits.judge_due()


def told() -> list[str]:
    return [row[0] for row in database.rows("SELECT type FROM events WHERE type LIKE 'email.%' ORDER BY type")]


@pytest.mark.criterion("email-27")
def test_an_open_and_a_click_are_told_once_with_what_was_followed(alice: Actor, message: dict[str, Any]) -> None:
    for _ in range(3):
        hit(message)
    hit(message, "click", 2)
    assert (hits.judge_due(), told()) == (0, [])
    assert settled() == 1
    assert told() == ["email.clicked", "email.opened"]
    found = {one["type"]: one for one in happened(alice, message["id"])}
    assert found["clicked"]["detail"]["link"] == "https://shop.example/"
    assert found["opened"]["address"] == "bob@customer.test"
    hit(message)
    settled()
    assert told() == ["email.clicked", "email.opened"]
    figures = email_figures.of_stream(alice.tenant_id, alice.mode, "transactional", clock.now_ms() - 2 * email_figures.HOUR_MS)
    assert (figures["opened"], figures["clicked"]) == (1, 1)


@pytest.mark.criterion("email-27")
def test_what_programs_do_is_kept_and_typed_but_nobody_is_told(alice: Actor, message: dict[str, Any]) -> None:
    hit(message, agent="Mozilla/5.0")
    hit(message, "click", 1, "HEAD")
    settled()
    assert told() == []
    assert [one["type"] for one in happened(alice, message["id"])] == ["queued", "prefetched", "scanned"]
    assert [one["detail"]["rule"] for one in happened(alice, message["id"])[1:]] == ["mail_privacy", "method"]


def test_a_scanner_that_follows_everything_takes_its_own_open_with_it(alice: Actor, message: dict[str, Any]) -> None:
    hit(message)
    for place in range(1, 6):
        hit(message, "click", place)
    settled()
    assert told() == []
    assert {one["type"] for one in happened(alice, message["id"])} == {"queued", "scanned"}


def test_a_hit_on_a_mail_that_is_forgotten_leaves_nothing(message: dict[str, Any]) -> None:
    hits.record(Link("open", "rcp_00000000000000000000000000"), "GET", BROWSER)
    assert database.row("SELECT COUNT(*) FROM email_hits") == (0,)
