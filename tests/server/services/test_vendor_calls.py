"""A vendor is asked at once: what is given is judged first, a refusal comes back in our words, and who may not ask does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from connectors.sdk.operation import Operation
from connectors.sdk.request import Request
from connectors.sdk.values import Asked
from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Later, Missing, Unprocessable
from server.services import vendor_calls
from server.store import database, installation_usage, installations
from server.system import clock
from tests.installed import Install
from tests.vendors.vendor import MockVendor


def ping(_connector: Any, given: Mapping[str, Any], key: str) -> Asked[Any]:
    response = yield Request("GET", "/ping", headers={"X-Key": key}, cost=given.get("cost", 1))
    return response.document


@pytest.fixture
def asked(newsletter: Install, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return an installation whose vendor can be asked for a ping."""
    from connectors.catalog.mailchimp.connector import Mailchimp

    schema = {"properties": {"cost": {"type": "integer", "minimum": 1}}}
    monkeypatch.setattr(Mailchimp, "operations", {"ping": Operation("Ping", schema, ping)})
    return str(newsletter()["id"])


def test_an_action_is_done_with_the_key_of_its_call(alice: Actor, asked: str, mailchimp: MockVendor) -> None:
    assert [one["name"] for one in vendor_calls.actions(alice, asked)] == ["ping"]
    found = vendor_calls.act(alice, asked, "ping", {"cost": 1}, "key-1")
    assert found["result"] == {"health_status": "Everything's Chimpy!"}
    assert mailchimp.calls[-1].headers["x-key"] == "key-1"
    today = clock.rfc3339(clock.now_ms())[:10]
    assert installation_usage.totals(alice.tenant_id, alice.mode, asked, today)["actions"] == 1


def test_what_is_wrong_is_said_before_anybody_is_asked(alice: Actor, bob: Actor, charlie: Actor, asked: str, mailchimp: MockVendor) -> None:
    calls = len(mailchimp.calls)
    with pytest.raises(Unprocessable) as refused:
        vendor_calls.act(alice, asked, "ping", {"cost": 0, "more": 1}, None)
    assert {fault.pointer for fault in refused.value.faults} == {"/cost", "/more"}
    for error, actor, name in ((Missing, alice, "dance"), (Denied, bob, "ping"), (Missing, charlie, "ping")):
        with pytest.raises(error):
            vendor_calls.act(actor, asked, name, {}, None)
    assert len(mailchimp.calls) == calls


def test_the_vendors_refusals_are_told_in_our_words(alice: Actor, asked: str, mailchimp: MockVendor) -> None:
    mailchimp.faults.play("error_503", times=5)
    with pytest.raises(Later) as waits:
        vendor_calls.act(alice, asked, "ping", {}, None)
    assert waits.value.stable_code == "vendor_waits"
    mailchimp.faults.cards.clear()
    mailchimp.faults.play("unauthorized", times=5)
    with pytest.raises(Unprocessable) as refused:
        vendor_calls.act(alice, asked, "ping", {}, None)
    assert refused.value.members["vendor_code"] == "invalid_credential"
    row = installations.find(alice.tenant_id, alice.mode, asked)
    assert row is not None
    assert row["status"] == "needs_user"
    with pytest.raises(Conflict):
        vendor_calls.act(alice, asked, "ping", {}, None)


def test_forms_and_maps_are_offered_what_the_vendor_has(alice: Actor, asked: str, mailchimp: MockVendor) -> None:
    assert [one["id"] for one in vendor_calls.choices(alice, asked, "listId")] == list(mailchimp.store["lists"].rows)
    with pytest.raises(Missing):
        vendor_calls.choices(alice, asked, "nothing")
    with pytest.raises(Missing):
        vendor_calls.fields(alice, asked, "nothing")
    with database.transaction():
        installations.move(alice.tenant_id, alice.mode, asked, ("connected",), {"status": "paused"})
    with pytest.raises(Conflict):
        vendor_calls.choices(alice, asked, "listId")
