"""What a vendor calls us about, from its message to the records: hints are read by a run, and a pause keeps what comes for later."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from server.services import connector_hooks
from server.services.inbound.processing import process_due
from server.services.syncing import hinting
from server.system import clock
from tests.api.appliance import Appliance, Persona
from tests.api.test_consents import APP, agreed
from tests.api.test_installations import FORM, audience, install, told
from tests.api.test_syncs import synced, work
from tests.installed import KEY
from tests.vendors.fixtures import MakeVendor
from tests.vendors.reaching import Reach
from tests.vendors.timing import VendorClock
from tests.vendors.vendor import MockVendor

MEETING = {"summary": "Roof", "start": {"dateTime": "2026-12-01T09:00:00Z"}, "end": {"dateTime": "2026-12-01T10:00:00Z"}}


@pytest.fixture
def calendar(mock_vendor: MakeVendor, reach: Reach) -> MockVendor:
    return reach(mock_vendor("google_calendar", clock=VendorClock(None)))


@pytest.fixture
def connected(appliance: Appliance, alice: Persona, calendar: MockVendor) -> str:
    """Return the address of an installation of Google's calendar to which a person has consented."""
    assert alice.client.put("/api/v1/provider-apps/google", APP).status == 200
    made = install(alice, "google_calendar", config={"calendars": ["primary"]})
    assert appliance.anonymous.get(agreed(calendar, made["authorize_url"])).status == 200
    found = alice.client.get(f"/api/v1/installations/{made['id']}").json
    assert (found["status"], found["error"]) == ("connected", None)
    return f"/api/v1/installations/{made['id']}"


def ring(appliance: Appliance, calendar: MockVendor, number: int) -> None:
    """Send what Google sends when something in a calendar changed: a bell, and nothing else."""
    channel = calendar.store["channels"].live()[0]
    hook = calendar.personality.hook(b"", str(channel.values["address"]), secret=str(channel.values["token"]), at=calendar.clock.now())
    headers = {**hook.headers, "X-Goog-Channel-ID": channel.id, "X-Goog-Message-Number": str(number)}
    assert appliance.anonymous.send("POST", urlsplit(hook.url).path, b"", headers).status == 200


def test_a_bell_without_words_is_answered_by_reading(appliance: Appliance, alice: Persona, calendar: MockVendor, connected: str) -> None:
    assert synced(alice, connected)["state"] == "succeeded"
    calendar.store["events"].create(dict(MEETING), "roof")
    for number in (2, 3, 4):
        ring(appliance, calendar, number)
    process_due(installed=connector_hooks.take)
    with clock.frozen(clock.now_ms() + hinting.GATHER_MS):
        assert hinting.begin_due() == 1
        work()
    runs = alice.client.get(f"{connected}/syncs").json["data"]
    assert [(one["cause"], one["state"], one["counts"]["created"]) for one in runs] == [("hook", "succeeded", 1), ("manual", "succeeded", 0)]
    assert [one["subject"] for one in alice.client.get("/api/v1/activities").json["data"]] == ["Roof"]
    assert alice.client.get("/api/v1/events?type=inbound.received").json["data"] == []


def test_what_comes_during_a_pause_is_kept_and_taken_over_afterwards(appliance: Appliance, alice: Persona, mailchimp: MockVendor) -> None:
    made = install(alice, "mailchimp", config={"apiKey": KEY, "listId": audience(mailchimp)})
    address = f"/api/v1/installations/{made['id']}"
    member = mailchimp.seed("members", 1)[0]
    assert alice.client.post(f"{address}/pause").json["status"] == "paused"
    target, body = told(mailchimp, made, **{"type": "subscribe", "fired_at": "2026-11-20 12:00:00", "data[email]": member.values["email_address"]})
    assert appliance.anonymous.send("POST", target, body, FORM).status == 200
    process_due(installed=connector_hooks.take)
    assert contacts(alice) == []
    assert alice.client.post(f"{address}/resume").json["status"] == "connected"
    process_due(installed=connector_hooks.take)
    assert [one["email"] for one in contacts(alice)] == [member.values["email_address"]]


@pytest.mark.parametrize("way", ["pause", "uninstall"])
def test_a_run_that_waits_ends_with_the_pause_and_with_the_installation(alice: Persona, mailchimp: MockVendor, way: str) -> None:
    made = install(alice, "mailchimp", config={"apiKey": KEY, "listId": audience(mailchimp)})
    address = f"/api/v1/installations/{made['id']}"
    run = alice.client.post(f"{address}/sync", {}).headers["location"]
    if way == "pause":
        alice.client.post(f"{address}/pause")
        assert alice.client.get(run).json["state"] == "cancelled"
        alice.client.post(f"{address}/resume")
        assert alice.client.post(f"{address}/sync", {}).status == 202
    else:
        assert alice.client.delete(f"/api/v1/integrations/{made['id']}/uninstall").status == 204
    mailchimp.calls.clear()
    work()
    assert bool(mailchimp.calls) == (way == "pause")


def contacts(persona: Persona) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = persona.client.get("/api/v1/contacts").json["data"]
    return found
