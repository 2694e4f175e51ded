"""The watch over domains: each change is told once, nothing is taken for a name server's failure, and what was lost is let go in time."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.actor import Actor
from server.services import deliveries, webhooks
from server.services.email import domain_watch, domains, signing
from server.services.email.domain_watch import EVERY_MS, GRACE_MS
from server.services.webhook_bodies import NewWebhook
from server.system import clock
from server.system.clock import Held
from server.system.settings import Settings
from tests.peers.nsd import NameServer
from tests.server.services.email.test_domains import added, served, states
from tests.server.services.email.zones import DOMAIN, pasted
from tests.server.services.people import mailed


def watched(settings: Settings, held: Held, after_ms: int = EVERY_MS) -> int:
    held.advance(after_ms)
    return domain_watch.watch(settings, lambda: False)


def told(actor: Actor, webhook_id: str) -> list[str]:
    found, _ = deliveries.list_page(actor, webhook_id, {}, None, 200)
    return sorted(one["event_type"].partition(".")[2] for one in found)


@pytest.mark.criterion("email-14")
def test_each_change_is_told_once_by_event_and_mail(alice: Actor, settings: Settings, name_server: NameServer) -> None:
    watcher = str(webhooks.create(alice, NewWebhook(name="W", url="http://127.0.0.1:9/", events=["sending_domain.*"]), most=9)["id"])
    with clock.frozen(clock.now_ms() - 30 * 86_400_000) as held:
        domain_id = added(alice)["id"]
        served(name_server, pasted(domains.check(alice, domain_id, settings)))
        assert watched(settings, held) == 1
        assert told(alice, watcher) == ["created", "findings_changed", "keys_turned", "verified"]
        before = len(mailed())
        for _ in range(3):
            assert watched(settings, held) == 1
        assert (told(alice, watcher), len(mailed())) == (["created", "findings_changed", "keys_turned", "verified"], before)
        served(name_server, pasted(domains.get(alice, domain_id)).replace("v=spf1", "v=spf9"))
        for _ in range(3):
            watched(settings, held)
        assert told(alice, watcher).count("findings_changed") == 2
        (mail, *_) = mailed()[before:]
        assert any(line.startswith("spf: ") for line in mail["values"]["lines"])
        assert {one["to"] for one in mailed()[before:]} == {"alice@example.com", "dora@example.com"}


def test_what_is_lost_is_refused_after_three_days_and_not_before(alice: Actor, settings: Settings, name_server: NameServer) -> None:
    with clock.frozen(clock.now_ms() - 30 * 86_400_000) as held:
        domain_id = added(alice)["id"]
        served(name_server, pasted(domains.get(alice, domain_id)))
        watched(settings, held)
        assert domains.get(alice, domain_id)["status"] == "verified"
        served(name_server, "")
        watched(settings, held)
        lost = domains.get(alice, domain_id)
        assert (lost["status"], lost["sendable"]) == ("failing", True)
        watched(settings, held, GRACE_MS - 1)
        assert signing.is_verified(alice.tenant_id, "live", DOMAIN)
        watched(settings, held, 3_600_000)
        gone = domains.get(alice, domain_id)
        assert (gone["status"], gone["sendable"], signing.is_verified(alice.tenant_id, "live", DOMAIN)) == ("pending", False, False)
        served(name_server, pasted(gone))
        watched(settings, held)
        assert domains.get(alice, domain_id)["sendable"]


def test_name_servers_that_are_away_for_a_week_cost_nothing(impatient: None, alice: Actor, settings: Settings, name_server: NameServer) -> None:
    with clock.frozen(clock.now_ms() - 30 * 86_400_000) as held:
        domain_id = added(alice)["id"]
        served(name_server, pasted(domains.get(alice, domain_id)))
        watched(settings, held)
        before, mails = domains.get(alice, domain_id), len(mailed())
        name_server.stop()
        for _ in range(2):
            watched(settings, held, 7 * 86_400_000)
        found = domains.get(alice, domain_id)
        assert states(found)["ownership"] == "unknown"
        assert (found["status"], found["sendable"], len(mailed())) == ("verified", True, mails)
        assert {key["state"] for key in found["dkim"]} == {key["state"] for key in before["dkim"]} == {"active"}


@pytest.mark.criterion("email-14")
def test_a_verified_domain_is_looked_at_within_the_hour(alice: Actor, settings: Settings, name_server: NameServer) -> None:
    assert EVERY_MS <= 3_600_000
    with clock.frozen(clock.now_ms() - 86_400_000) as held:
        domain_id = added(alice)["id"]
        served(name_server, pasted(domains.get(alice, domain_id)))
        assert watched(settings, held) == 1
        assert watched(settings, held, EVERY_MS - 1) == 0
        assert watched(settings, held, 1) == 1


def test_a_domain_removed_while_it_is_looked_at_stays_removed(alice: Actor, settings: Settings, name_server: NameServer) -> None:
    served(name_server, "")
    row: dict[str, Any] = domains.find(alice, added(alice)["id"])
    domains.remove(alice, row["id"])
    domain_watch.look(settings, row)
    assert domains.list_page(alice, None, 10) == ([], None)
