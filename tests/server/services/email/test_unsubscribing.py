"""Unsubscribing from a stream, from everything, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Missing
from server.domain.mail import tracking_links
from server.domain.mail.tracking_links import Link
from server.services import retention, vaults
from server.services.email import suppressions, tracking, unsubscribing, upkeep
from server.store import database
from server.system import clock, crypto
from server.system.crypto import Vault
from server.web.passages import NOBODY
from tests.mailing import happened, sending_settings, states, submit, verified
from tests.tenants import MASTER_KEY


@pytest.fixture
def message(alice: Actor, tmp_path: Path) -> dict[str, Any]:
    """Return a message of a stream that people subscribe to."""
    verified(alice.tenant_id, "example.com")
    return submit(alice, sending_settings(tmp_path), stream="broadcast", to=["Bob@Customer.test"])


def link(message: dict[str, Any]) -> Link:
    return Link("unsubscribe", message["recipients"][0]["id"])


def choose(message: dict[str, Any], choice: unsubscribing.Choice) -> None:
    unsubscribing.choose(NOBODY, link(message), choice, "one_click")


def blocked(actor: Actor, stream: str) -> bool:
    return bool(suppressions.check(actor.tenant_id, actor.mode, stream, ["bob@customer.test"]))


@pytest.mark.criterion("email-26")
def test_one_click_ends_that_stream_alone_and_twice_is_once(alice: Actor, message: dict[str, Any], tmp_path: Path) -> None:
    assert unsubscribing.preference(link(message)).subscribed
    assert not blocked(alice, "broadcast")
    for _ in range(2):
        choose(message, "stream")
    assert (blocked(alice, "broadcast"), blocked(alice, "transactional")) == (True, False)
    assert [one["type"] for one in happened(alice, message["id"])] == ["queued", "unsubscribed"]
    assert database.row("SELECT COUNT(*) FROM events WHERE type = 'email.unsubscribed'") == (1,)
    again = submit(alice, sending_settings(tmp_path), stream="broadcast", to=["bob@customer.test"])
    assert states(alice, again["id"]) == ["suppressed"]


@pytest.mark.criterion("email-26")
def test_a_link_holds_sixty_days_after_its_mail_though_what_it_said_is_gone(
    alice: Actor, message: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tracking_links.path(tracking.key(), link(message))
    settings = sending_settings(tmp_path)
    with database.transaction():
        database.run("UPDATE email_recipients SET state = 'delivered', finished_at = ?", (clock.now_ms(),))
    rotated = Vault({2: b"n" * 32}, 2, digest_key=crypto.default_digest_key({1: MASTER_KEY}))
    monkeypatch.setattr(vaults, "_vault", rotated)
    with clock.frozen(clock.now_ms() + 60 * 86_400_000):
        assert upkeep.tidy(settings, lambda: False) == 1
        retention.prune(settings)
        _, _, _, token = path.split("/")
        found = tracking_links.read(tracking.key(), "unsubscribe", token, "")
        assert found is not None
        unsubscribing.choose(NOBODY, found, "stream", "one_click")
    assert blocked(alice, "broadcast")


def test_everything_can_be_ended_and_subscribed_to_again(alice: Actor, message: dict[str, Any]) -> None:
    choose(message, "stream")
    choose(message, "everything")
    assert (blocked(alice, "broadcast"), blocked(alice, "transactional")) == (True, True)
    choose(message, "again")
    assert (blocked(alice, "broadcast"), blocked(alice, "transactional")) == (False, False)
    assert unsubscribing.preference(link(message)).subscribed


def test_nobody_subscribes_an_address_again_that_is_kept_from_for_another_reason(alice: Actor, message: dict[str, Any]) -> None:
    with database.transaction():
        suppressions.suppress(alice, "bob@customer.test", "complaint", "feedback_report")
    choose(message, "again")
    found = unsubscribing.preference(link(message))
    assert (found.subscribed, found.blocked, blocked(alice, "broadcast")) == (False, True, True)


def test_a_mail_that_is_forgotten_says_so() -> None:
    with pytest.raises(Missing):
        unsubscribing.preference(Link("unsubscribe", "rcp_00000000000000000000000000"))
