"""Syncing over HTTP with a vendor that is stood in for by the stateful mock: started, watched, paused, and what it leaves to people."""

from __future__ import annotations

from typing import Any

import pytest

from server.services import jobs
from server.services.jobs import Progress
from server.worker.jobs import SYNCS
from tests.api.appliance import Persona
from tests.pace import until
from tests.server.crm import all_seen
from tests.vendors.fixtures import MakeVendor
from tests.vendors.reaching import Reach
from tests.vendors.timing import VendorClock
from tests.vendors.vendor import MockVendor

KEY = "0123456789abcdef0123456789abcdef-us21"
BASE = "/api/v1/installations"


@pytest.fixture
def mailchimp(mock_vendor: MakeVendor, reach: Reach) -> MockVendor:
    """Return a Mailchimp that knows the key, with one audience."""
    vendor = reach(mock_vendor("mailchimp", clock=VendorClock(None)))
    vendor.identity.accept(KEY)
    return vendor


@pytest.fixture
def installed(alice: Persona, mailchimp: MockVendor) -> str:
    """Return the address of an installation of it."""
    config = {"apiKey": KEY, "listId": str(next(iter(mailchimp.store["lists"].rows)))}
    reply = alice.client.post("/api/v1/integrations/mailchimp/install", {"config": config})
    assert (reply.status, reply.json["error"]) == (201, None)
    return f"{BASE}/{reply.json['id']}"


def work() -> None:
    """Do every run that is due, as a worker would, once all that was written can be seen."""
    until(all_seen)
    while job := jobs.take(("sync",), "lease", 60_000):
        jobs.perform(job, Progress(job.id, "lease", jobs.position_of(job), job.done, job.total), SYNCS["sync"])


def synced(alice: Persona, installed: str, way: str = "sync", body: dict[str, Any] | None = None) -> dict[str, Any]:
    reply = alice.client.post(f"{installed}/{way}", body or {})
    assert (reply.status, reply.json["state"]) == (202, "pending"), reply.body
    work()
    found: dict[str, Any] = alice.client.get(reply.headers["location"]).json
    return found


def test_people_come_in_and_go_out(alice: Persona, mailchimp: MockVendor, installed: str) -> None:
    mailchimp.seed("members", 30)
    found = synced(alice, installed)
    assert (found["state"], found["error"], found["counts"]["created"]) == ("succeeded", None, 30)
    contact = alice.client.get("/api/v1/contacts?limit=1").json["data"][0]
    assert alice.client.patch(f"/api/v1/contacts/{contact['id']}", {"first_name": "Renamed"}).status == 200
    again = synced(alice, installed)
    assert (again["error"], again["counts"]["sent_updated"], again["counts"]["updated"]) == (None, 1, 0)
    names = {str(row.values["email_address"]).lower(): row.values["merge_fields"]["FNAME"] for row in mailchimp.store["members"].live()}
    assert names[contact["email"]] == "Renamed"
    assert [one["kind"] for one in alice.client.get(f"{installed}/syncs").json["data"]] == ["incremental", "incremental"]


@pytest.mark.parametrize(("way", "kind"), [("import", "import"), ("export", "export")])
def test_everything_is_read_or_sent_when_it_is_asked_for(alice: Persona, mailchimp: MockVendor, installed: str, way: str, kind: str) -> None:
    mailchimp.seed("members", 3)
    alice.client.post("/api/v1/contacts", {"email": "ours@example.com"})
    found = synced(alice, installed, way)
    assert (found["kind"], found["state"], found["error"]) == (kind, "succeeded", None)
    assert len(alice.client.get("/api/v1/contacts").json["data"]) == (4 if way == "import" else 1)
    assert len(mailchimp.store["members"].live()) == (3 if way == "import" else 4)


def test_a_test_of_the_connection_names_the_account_or_what_is_wrong(alice: Persona, mailchimp: MockVendor, installed: str) -> None:
    found = alice.client.post(f"{installed}/test").json
    assert (found["ok"], found["account"]["name"], found["code"]) == (True, "Example Ltd", None)
    mailchimp.faults.play("error_500", times=20)
    found = alice.client.post(f"{installed}/test").json
    assert (found["ok"], bool(found["code"]), bool(found["remedy"])) == (False, True, True)
    assert KEY not in str(found)


def test_a_paused_installation_does_not_sync(alice: Persona, installed: str) -> None:
    assert alice.client.post(f"{installed}/pause").json["status"] == "paused"
    refused = alice.client.post(f"{installed}/sync", {})
    assert (refused.status, refused.code) == (409, "installation_not_connected")
    assert alice.client.post(f"{installed}/resume").json["status"] == "connected"
    assert synced(alice, installed)["state"] == "succeeded"


def test_who_asks_again_gets_the_run_that_has_not_begun_or_one_that_follows(alice: Persona, mailchimp: MockVendor, installed: str) -> None:
    mailchimp.seed("members", 3)
    first = alice.client.post(f"{installed}/sync", {})
    again = alice.client.post(f"{installed}/sync", {})
    assert (again.status, again.json["id"], again.headers["location"]) == (202, first.json["id"], first.headers["location"])
    during: list[Any] = []
    mailchimp.faults.before_call(lambda: during.extend(alice.client.post(f"{installed}/sync", {}) for _ in range(3)), on="GET */members")
    work()
    assert {reply.status for reply in during} == {202}
    (following,) = {reply.json["id"] for reply in during}
    runs = alice.client.get(f"{installed}/syncs").json["data"]
    assert [(one["id"], one["state"]) for one in runs] == [(following, "succeeded"), (first.json["id"], "succeeded")]
    assert runs[0]["started_at"] >= runs[1]["finished_at"]


def test_one_run_that_follows_cannot_both_read_and_only_compare(alice: Persona, mailchimp: MockVendor, installed: str) -> None:
    replies: list[Any] = []

    def ask() -> None:
        replies.extend(alice.client.post(f"{installed}/sync", {"mode": mode}) for mode in ("incremental", "full", "dry_run"))

    mailchimp.faults.before_call(ask, on="GET */members")
    synced(alice, installed)
    assert [reply.status for reply in replies] == [202, 202, 409]
    assert (replies[2].code, replies[2].json["sync_id"]) == ("sync_running", replies[0].json["id"])
    assert (replies[1].json["id"], replies[1].json["kind"]) == (replies[0].json["id"], "full")


def test_what_was_set_aside_is_shown_retried_and_forgotten(alice: Persona, mailchimp: MockVendor, installed: str) -> None:
    for row in mailchimp.seed("members", 20)[:2]:
        mailchimp.store["members"].change(row.id, {"merge_fields": {"FNAME": "x" * 5_000, "LNAME": ""}})
    found = synced(alice, installed)
    waiting = alice.client.get(f"{installed}/quarantine").json["data"]
    assert (found["state"], found["counts"]["quarantined"], len(waiting)) == ("succeeded_with_warnings", 2, 2)
    assert all(one["direction"] == "in" and "first_name" in one["reason"] for one in waiting)
    assert alice.client.post(f"{installed}/quarantine/{waiting[0]['id']}/retry").json["released"] == 0
    assert alice.client.delete(f"{installed}/quarantine/{waiting[0]['id']}").status == 204
    left = alice.client.post(f"{installed}/quarantine/retry").json
    assert (left["retried"], left["remaining"]) == (1, 1)
    assert alice.client.get(f"{installed}/conflicts").json["data"] == []
