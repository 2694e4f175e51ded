"""Subscriptions are renewed at half of their life; while that fails it is shown, tried again, and the rows are read by polling."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.services import installation_view, remote_subscriptions, renewing
from server.services.syncing import runs
from server.store import database
from server.store import remote_subscriptions as stored
from server.system import clock
from server.system.settings import Settings
from tests.installed import Install
from tests.vendors.vendor import MockVendor

HOUR = 3_600_000


def expiring(actor: Actor, installation_id: str, life: int, age: int) -> str:
    """Let the subscription of an installation be one of a life, granted some time ago; returns its topic."""
    place = (actor.tenant_id, actor.mode, installation_id)
    now, topic = clock.now_ms(), stored.of_installation(*place)[0]["topic"]
    granted = now - age
    with database.transaction():
        change = {"granted_at": granted, "expires_at": granted + life, "renew_at": remote_subscriptions.renewal(granted, granted + life)}
        stored.note(*place, topic, change)
    return str(topic)


@pytest.mark.criterion("connectors-11")
def test_nothing_is_renewed_before_half_of_its_life(alice: Actor, newsletter: Install, mailchimp: MockVendor, plain_settings: Settings) -> None:
    made = newsletter()
    calls = len(mailchimp.calls)
    expiring(alice, made["id"], 4 * HOUR, HOUR)
    assert (renewing.renew_due(plain_settings), len(mailchimp.calls)) == (0, calls)
    expiring(alice, made["id"], 4 * HOUR, 2 * HOUR + 1)
    assert renewing.renew_due(plain_settings) == 1
    assert len(mailchimp.calls) > calls
    assert renewing.renew_due(plain_settings) == 0


@pytest.mark.criterion("connectors-11")
def test_what_cannot_be_renewed_is_shown_and_polled_at_once(
    alice: Actor, newsletter: Install, mailchimp: MockVendor, plain_settings: Settings
) -> None:
    made = newsletter()
    topic = expiring(alice, made["id"], 4 * HOUR, 3 * HOUR)
    mailchimp.faults.play("error_500", times=50)
    assert renewing.renew_due(plain_settings) == 1
    shown = installation_view.status(alice, made["id"], plain_settings)["subscriptions"]
    assert [(one["topic"], one["state"]) for one in shown] == [(topic, "failing")]
    assert shown[0]["last_error"]
    assert [one["cause"] for one in runs.list_page(alice, made["id"], None, 10)[0]] == ["schedule"]
    due = stored.of_installation(alice.tenant_id, alice.mode, made["id"])[0]["renew_at"]
    assert 0 < due - clock.now_ms() <= 900_000


def test_what_was_uninstalled_meanwhile_is_left_alone(alice: Actor, newsletter: Install, mailchimp: MockVendor, plain_settings: Settings) -> None:
    made = newsletter()
    expiring(alice, made["id"], HOUR, HOUR)
    with database.transaction():
        database.run("UPDATE installations SET deleted_at = 1 WHERE id = ?", (made["id"],))
    calls = len(mailchimp.calls)
    assert renewing.renew_due(plain_settings) == 1
    assert len(mailchimp.calls) == calls
