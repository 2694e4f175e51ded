"""A dashboard sees what an installation did lately, what went wrong, and how its vendor's calls fare."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Missing
from server.services import installation_status, installation_view
from server.store import database, installation_usage
from server.system import clock
from server.system.settings import Settings
from tests.installed import Install

DAY_MS = 86_400_000


def test_the_last_thirty_days_and_the_newest_trouble_are_shown(alice: Actor, bob: Actor, newsletter: Install, plain_settings: Settings) -> None:
    made = newsletter()
    place, now = (alice.tenant_id, alice.mode, made["id"]), clock.now_ms()
    with database.transaction():
        for age, read in ((0, 5), (29, 7), (40, 100)):
            installation_usage.add(*place, clock.rfc3339(now - age * DAY_MS)[:10], {"read": read})
    installation_status.failed(place, "host_unreachable", "No answer.", "Wait.", needs_user=False)
    found = installation_view.status(bob, made["id"], plain_settings)
    assert found["usage"]["read"] == 12
    assert [(one["code"], one["remedy"]) for one in found["errors"]] == [("host_unreachable", "Wait.")]
    assert installation_view.errors(bob, made["id"]) == found["errors"]
    assert (found["hook"]["health"], len(found["subscriptions"])) == ("ok", 1)


def test_another_tenant_sees_nothing(charlie: Actor, newsletter: Install, plain_settings: Settings) -> None:
    made = newsletter()
    for look in (lambda: installation_view.status(charlie, made["id"], plain_settings), lambda: installation_view.errors(charlie, made["id"])):
        with pytest.raises(Missing):
            look()
