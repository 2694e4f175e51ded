"""Salesforce over HTTP: what its organisation's own count of calls, its log of deletes and its size do to a run is said in the run."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from connectors.catalog.salesforce import bulk, connector
from server.store import database
from server.system import clock
from tests.api.appliance import Appliance, Persona
from tests.api.test_installations import install
from tests.api.test_syncs import work
from tests.vendors.fixtures import MakeVendor
from tests.vendors.identity import CLIENT_ID, CLIENT_SECRET
from tests.vendors.messages import Call
from tests.vendors.personalities import salesforce as personality
from tests.vendors.personalities.salesforce import Salesforce
from tests.vendors.reaching import Reach
from tests.vendors.timing import VendorClock
from tests.vendors.vendor import MockVendor

DAY_MS = 86_400_000


@pytest.fixture
def salesforce(mock_vendor: MakeVendor, reach: Reach) -> MockVendor:
    return reach(mock_vendor("salesforce", clock=VendorClock(None)))


@pytest.fixture
def made(appliance: Appliance, alice: Persona, salesforce: MockVendor) -> str:
    """Return the address of an installation that reads contacts."""
    alice.client.put("/api/v1/provider-apps/salesforce", {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET})
    found = install(alice, "salesforce", config={"resources": ["contacts"]})
    target = urlsplit(salesforce.whole(Call("GET", found["authorize_url"], {}, b"")).headers["location"])
    assert appliance.anonymous.get(f"{target.path}?{target.query}").status == 200
    return f"/api/v1/installations/{found['id']}"


def organisation(vendor: MockVendor) -> Salesforce:
    """Return what the mock vendor is like."""
    assert isinstance(vendor.personality, Salesforce)
    return vendor.personality


def synced(alice: Persona, made: str, **body: Any) -> dict[str, Any]:
    """Ask for a run, do what is due, and return it."""
    location = alice.client.post(f"{made}/sync", body).headers["location"]
    work()
    found: dict[str, Any] = alice.client.get(location).json
    return found


def test_a_run_waits_before_the_organisation_s_calls_are_used_up_and_says_so(alice: Persona, salesforce: MockVendor, made: str) -> None:
    salesforce.seed("Contact", 4_500)
    organisation(salesforce).used = personality.DAILY - 5_001 - len(salesforce.calls)
    waiting = synced(alice, made)
    assert (waiting["state"], waiting["error"]["code"], waiting["done"]) == ("waiting", "quota_exhausted", 2_000)
    assert waiting["error"]["detail"].startswith("95,000 of the 100,000 calls")
    assert waiting["error"]["remedy"]
    calls = len(salesforce.calls)
    work()
    assert len(salesforce.calls) == calls
    status = alice.client.get(made).json
    assert (status["status"], status["error"]) == ("connected", None)
    # A day later the organisation has calls again, and the run goes on where it was.
    organisation(salesforce).used = 0
    with clock.frozen(clock.now_ms() + DAY_MS), database.transaction():
        database.execute("UPDATE vendor_paces SET next_at = 0")
        database.execute("UPDATE jobs SET due_at = 0 WHERE state = 'pending'")
    work()
    done = alice.client.get(f"{made}/syncs/{waiting['id']}").json
    assert (done["state"], done["counts"]["created"], done["error"]) == ("succeeded", 4_500, None)
    assert next(call.path for call in salesforce.calls[calls:]).endswith("-2000")


@pytest.mark.criterion("connectors-15")
def test_a_run_says_that_it_listed_everything_because_deletes_are_told_no_longer(alice: Persona, salesforce: MockVendor, made: str) -> None:
    rows = salesforce.seed("Contact", 30)
    first = synced(alice, made)
    assert (first["counts"]["created"], first["notes"]) == (30, [])
    salesforce.store["Contact"].delete(rows[3].id)
    organisation(salesforce).purged_until = clock.now_ms() + 1_000
    found = synced(alice, made)
    assert (found["state"], found["counts"]["deleted"]) == ("succeeded", 1)
    assert [(note["resource"], note["code"]) for note in found["notes"]] == [("contacts", "deletes_unknown")]
    for row in rows[4:20]:
        salesforce.store["Contact"].delete(row.id)
    organisation(salesforce).purged_until = clock.now_ms() + 1_000
    held = synced(alice, made)
    assert (held["state"], held["counts"]["deleted"], held["counts"]["held"]) == ("succeeded_with_warnings", 0, 16)


def test_a_large_first_import_is_one_job_at_salesforce(alice: Persona, salesforce: MockVendor, made: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connector, "LARGE", 100)
    monkeypatch.setattr(bulk, "PART", 60)
    monkeypatch.setattr(personality, "MAKING", 60_000)
    salesforce.seed("Contact", 150)
    waiting = synced(alice, made)
    assert (waiting["state"], waiting["error"]["code"], waiting["total"]) == ("waiting", "not_ready", 150)
    assert alice.client.post(f"{made}/test").json["ok"], "nobody else has to wait for it"
    monkeypatch.setattr(personality, "MAKING", 0)
    with database.transaction():
        database.execute("UPDATE jobs SET due_at = 0 WHERE state = 'pending'")
    work()
    done = alice.client.get(f"{made}/syncs/{waiting['id']}").json
    assert (done["state"], done["counts"]["created"]) == ("succeeded", 150)
    assert len([call for call in salesforce.calls if call.method == "POST" and "/jobs/" in call.path]) == 1
    assert organisation(salesforce).jobs == {}
    assert synced(alice, made)["counts"]["read"] <= 150
