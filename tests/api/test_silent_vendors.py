"""A vendor that has stopped calling is read instead, and shows as silent within a quarter of an hour; time passes fast here."""

from __future__ import annotations

from typing import Any

import pytest

from server.services import connector_hooks
from server.services.inbound.processing import process_due
from server.services.inbound.watch import watch
from server.services.syncing import hinting
from server.system import clock
from tests.api.appliance import Appliance, Persona
from tests.api.test_hinted_syncs import contacts
from tests.api.test_installations import FORM, audience, install, told
from tests.api.test_syncs import synced, work
from tests.installed import KEY
from tests.vendors.vendor import MockVendor


@pytest.mark.criterion("connectors-11")
def test_a_vendor_that_stops_calling_is_noticed_within_a_quarter_of_an_hour(appliance: Appliance, alice: Persona, mailchimp: MockVendor) -> None:
    made = install(alice, "mailchimp", config={"apiKey": KEY, "listId": audience(mailchimp)})
    address = f"/api/v1/installations/{made['id']}"
    mailchimp.clock.at = None
    assert synced(alice, address)["state"] == "succeeded"
    tell(appliance, mailchimp, made, "subscribe")
    with clock.frozen(clock.now_ms()) as held:
        began = held.at_ms
        mailchimp.seed("members", 1, start=100)  # of which nothing is told
        while health(alice, address) == "ok" and held.at_ms - began < 30 * 60_000:
            held.advance(60_000)
            hinting.read_untold()
            work()
            watch(appliance.settings)
        noticed = (held.at_ms - began) / 60_000
        assert (health(alice, address), noticed <= 15) == ("silent", True)
        assert len(contacts(alice)) == 2, "what was not told was read"
        causes = [one["cause"] for one in alice.client.get(f"{address}/syncs").json["data"]]
        assert causes == ["schedule", "manual"]
        assert len(alice.client.events("inbound_source.silenced")) == 1
        held.advance(1_000)
        tell(appliance, mailchimp, made, "profile", start=200)
        watch(appliance.settings)
        assert health(alice, address) == "ok"


def tell(appliance: Appliance, vendor: MockVendor, made: dict[str, Any], kind: str, start: int = 0) -> None:
    """Let somebody join at the vendor, who tells of it, and take it over."""
    member = vendor.seed("members", 1, start=start)[0]
    target, body = told(vendor, made, **{"type": kind, "fired_at": "2026-11-20 12:00:00", "data[email]": member.values["email_address"]})
    assert appliance.anonymous.send("POST", target, body, FORM).status == 200
    process_due(installed=connector_hooks.take)


def health(persona: Persona, address: str) -> str:
    return str(persona.client.get(f"{address}/status").json["hook"]["health"])
