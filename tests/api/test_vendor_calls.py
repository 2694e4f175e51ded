"""Asking a vendor over HTTP: an action is done once under its key, and choices come as the vendor has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from connectors.catalog.mailchimp.connector import Mailchimp
from connectors.sdk.operation import Operation
from connectors.sdk.request import Request
from connectors.sdk.values import Asked
from tests.api.appliance import Persona
from tests.api.test_installations import audience, install
from tests.installed import KEY
from tests.vendors.vendor import MockVendor


def ping(_connector: Any, _given: Mapping[str, Any], _key: str) -> Asked[Any]:
    response = yield Request("GET", "/ping")
    return response.document


@pytest.fixture
def made(alice: Persona, mailchimp: MockVendor, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return an installation whose vendor can be asked for a ping."""
    monkeypatch.setattr(Mailchimp, "operations", {"ping": Operation("Ping", {"properties": {}}, ping, example={})})
    return install(alice, "mailchimp", config={"apiKey": KEY, "listId": audience(mailchimp)})


def test_an_action_is_done_once_under_its_key(alice: Persona, bob: Persona, mailchimp: MockVendor, made: dict[str, Any]) -> None:
    address = f"/api/v1/installations/{made['id']}/actions"
    assert [one["name"] for one in alice.client.get(address).json["data"]] == ["ping"]
    before = len(mailchimp.calls)
    first = alice.client.post(f"{address}/ping", {}, {"Idempotency-Key": "k1"})
    again = alice.client.post(f"{address}/ping", {}, {"Idempotency-Key": "k1"})
    assert (first.status, first.json["result"]) == (200, {"health_status": "Everything's Chimpy!"})
    assert (again.body, again.headers["idempotency-replayed"]) == (first.body, "true")
    assert len(mailchimp.calls) == before + 1
    assert alice.client.post(f"{address}/dance", {}).status == 404
    assert bob.client.post(f"{address}/ping", {}).code == "insufficient_role"


def test_choices_and_fields_come_from_the_vendor(alice: Persona, mailchimp: MockVendor, made: dict[str, Any]) -> None:
    base = f"/api/v1/installations/{made['id']}"
    assert [one["id"] for one in alice.client.get(f"{base}/options/listId").json["data"]] == [audience(mailchimp)]
    assert alice.client.get(f"{base}/fields/nothing").status == 404
