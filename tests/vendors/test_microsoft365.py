"""Microsoft 365 as it is stood in for: links that carry all of the next call, removed rows, and a state that can be gone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.client import Client, connected
from tests.vendors.fixtures import MakeVendor
from tests.vendors.vendor import MockVendor

ME = "/v1.0/me"
WINDOW = {"startDateTime": "2026-11-01T00:00:00Z", "endDateTime": "2027-01-01T00:00:00Z"}


@pytest.fixture
def graph(mock_vendor: MakeVendor) -> MockVendor:
    vendor = mock_vendor("microsoft365")
    for resource in ("contacts", "events", "messages"):
        vendor.seed(resource, 5)
    return vendor


def followed(client: Client, address: str, **query: Any) -> tuple[list[Any], str]:
    """Return the rows of every page, and the delta link of the last."""
    page = client.ask("GET", address, query=query, prefer="odata.maxpagesize=2").json
    found = page["value"]
    while "@odata.nextLink" in page:
        page = client.ask("GET", page["@odata.nextLink"], prefer="odata.maxpagesize=2").json
        found += page["value"]
    return found, page.get("@odata.deltaLink", "")


@pytest.mark.parametrize(
    ("resource", "path", "query"),
    [
        ("contacts", "/contacts/delta", {}),
        ("events", "/calendarView/delta", WINDOW),
        ("messages", "/mailFolders/inbox/messages/delta", {}),
    ],
)
def test_a_delta_link_tells_what_changed_and_what_is_gone(graph: MockVendor, resource: str, path: str, query: dict[str, str]) -> None:
    client, table = connected(graph), graph.store[resource]
    rows = table.live()
    found, link = followed(client, ME + path, **query)
    assert [row["id"] for row in found] == [row.id for row in rows]
    client.ask("DELETE", f"{ME}/{resource}/{rows[1].id}")
    client.ask("PATCH", f"{ME}/{resource}/{rows[0].id}", json={"categories": ["red"]})
    changed, link = followed(client, link)
    assert [(row["id"], row.get("@removed")) for row in changed] == [(rows[1].id, {"reason": "deleted"}), (rows[0].id, None)]
    assert followed(client, link)[0] == []
    graph.personality.forget()
    answer = client.get(link)
    assert (answer.status, answer.json["error"]["code"]) == (410, "syncStateNotFound")


def test_a_view_of_a_calendar_is_a_window(graph: MockVendor) -> None:
    client = connected(graph)
    assert len(followed(client, f"{ME}/calendarView", **WINDOW)[0]) == 5
    assert (
        followed(client, f"{ME}/calendarView", startDateTime="2026-12-02T00:00:00Z", endDateTime="2026-12-03T00:00:00Z")[0][0]["subject"]
        == "Meeting 1"
    )
    assert client.get(f"{ME}/calendarView/delta").status == 400


def test_an_event_of_one_transaction_is_created_once_and_an_old_etag_changes_nothing(graph: MockVendor) -> None:
    client, time = connected(graph), {"dateTime": "2026-12-01T09:00:00", "timeZone": "UTC"}
    made, again = (
        client.ask("POST", f"{ME}/events", json={"subject": "x", "start": time, "end": time, "transactionId": "t1"}).json for _ in range(2)
    )
    assert made["id"] == again["id"]
    assert client.ask("PATCH", f"{ME}/events/{made['id']}", json={"subject": "y"}, if_match='W/"0"').status == 412
    assert client.ask("PATCH", f"{ME}/events/{made['id']}", json={"subject": "y"}, if_match=made["@odata.etag"]).json["subject"] == "y"


def test_mail_is_sent_to_somebody(graph: MockVendor) -> None:
    client = connected(graph)
    message = {"subject": "s", "body": {"contentType": "text", "content": "x"}, "toRecipients": [{"emailAddress": {"address": "bob@people.example"}}]}
    assert client.ask("POST", f"{ME}/sendMail", json={"message": message, "saveToSentItems": True}).status == 202
    assert client.ask("POST", f"{ME}/sendMail", json={"message": {"subject": "s"}}).json["error"]["code"] == "ErrorInvalidRecipients"
    assert len(followed(client, f"{ME}/mailFolders/sentitems/messages")[0]) == 1


def test_a_subscription_is_made_renewed_and_taken_away(graph: MockVendor) -> None:
    client = connected(graph)
    asked = {"changeType": "created,updated,deleted", "notificationUrl": "https://a.example", "resource": "me/events", "clientState": "s"}
    made = client.ask("POST", "/v1.0/subscriptions", json={**asked, "expirationDateTime": "2026-11-22T00:00:00Z"}).json
    renewed = client.ask("PATCH", f"/v1.0/subscriptions/{made['id']}", json={"expirationDateTime": "2026-11-23T00:00:00Z"}).json
    assert renewed["expirationDateTime"] == "2026-11-23T00:00:00Z"
    client.ask("DELETE", f"/v1.0/subscriptions/{made['id']}")
    assert client.get("/v1.0/subscriptions").json["value"] == []
