"""Google as it is stood in for: sync tokens that expire, deletes that are told, and etags that have to come back."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.vendors.client import Client, connected
from tests.vendors.fixtures import MakeVendor
from tests.vendors.vendor import MockVendor

EVENTS = "/calendar/v3/calendars/primary/events"
FAMILY = "/calendar/v3/calendars/family%40group.calendar.google.com/events"
CONNECTIONS = "/v1/people/me/connections"
FIELDS = "names,emailAddresses,metadata"
MAILBOX = "/gmail/v1/users/me"


@pytest.fixture
def calendar(mock_vendor: MakeVendor) -> MockVendor:
    return mock_vendor("google_calendar")


@pytest.fixture
def contacts(mock_vendor: MakeVendor) -> MockVendor:
    return mock_vendor("google_contacts")


@pytest.fixture
def gmail(mock_vendor: MakeVendor) -> MockVendor:
    return mock_vendor("gmail")


def all_pages(client: Client, path: str, rows: str, **query: Any) -> tuple[list[Any], str]:
    """Return the rows of every page, and the token for the next time."""
    found, page = [], client.get(path, **query).json
    while True:
        found += page.get(rows, [])
        if "nextPageToken" not in page:
            return found, page.get("nextSyncToken", "")
        page = client.get(path, **query, pageToken=page["nextPageToken"]).json


def test_a_calendar_tells_what_changed_since_its_token(calendar: MockVendor) -> None:
    rows, client = calendar.seed("events", 7), connected(calendar)
    found, token = all_pages(client, EVENTS, "items", maxResults=3)
    assert [event["id"] for event in found] == [row.id for row in rows]
    client.ask("DELETE", f"{EVENTS}/{rows[2].id}")
    client.ask("PATCH", f"{EVENTS}/{rows[0].id}", json={"summary": "Moved"})
    changed, _ = all_pages(client, EVENTS, "items", maxResults=1, syncToken=token)
    assert [(event["id"], event["status"]) for event in changed] == [(rows[2].id, "cancelled"), (rows[0].id, "confirmed")]


def test_a_change_while_a_calendar_is_paged_over_comes_with_the_next_token(calendar: MockVendor) -> None:
    rows, client = calendar.seed("events", 4), connected(calendar)
    calendar.faults.before_call(lambda: calendar.store["events"].delete(rows[0].id), on=f"GET {EVENTS}", first=2)
    _, token = all_pages(client, EVENTS, "items", maxResults=2)
    assert [event["id"] for event in client.get(EVENTS, syncToken=token).json["items"]] == [rows[0].id]


def test_an_expired_token_is_gone_and_other_parameters_do_not_go_with_one(calendar: MockVendor) -> None:
    client = connected(calendar)
    _, token = all_pages(client, FAMILY, "items")
    assert client.get(FAMILY, syncToken=token, q="x").status == 400
    calendar.personality.forget()
    answer = client.get(FAMILY, syncToken=token)
    assert (answer.status, answer.json["error"]["errors"][0]["reason"]) == (410, "fullSyncRequired")


def test_an_event_is_created_once_under_the_id_of_the_caller_and_changed_by_who_has_read_it(calendar: MockVendor) -> None:
    client = connected(calendar)
    event = {"id": "ours00001", "summary": "x", "start": {"date": "2026-12-01"}, "end": {"date": "2026-12-02"}}
    made, again = (client.ask("POST", EVENTS, json=event) for _ in range(2))
    assert (made.json["id"], again.status) == ("ours00001", 409)
    assert client.ask("PATCH", f"{EVENTS}/ours00001", json={"summary": "y"}, if_match='"0"').status == 412
    assert client.ask("PATCH", f"{EVENTS}/ours00001", json={"summary": "y"}, if_match=made.json["etag"]).json["summary"] == "y"


def test_a_channel_is_opened_for_a_week_and_closed(calendar: MockVendor) -> None:
    client = connected(calendar)
    made = client.ask("POST", f"{EVENTS}/watch", json={"id": "ch1", "type": "web_hook", "address": "https://a.example", "token": "s"}).json
    assert int(made["expiration"]) == calendar.clock.now() + 7 * 86_400_000
    assert client.ask("POST", "/calendar/v3/channels/stop", json={"id": "ch1", "resourceId": made["resourceId"]}).status == 204


def test_contacts_tell_deletes_and_their_token_lives_for_a_week(contacts: MockVendor) -> None:
    rows, client = contacts.seed("contacts", 5), connected(contacts)
    found, token = all_pages(client, CONNECTIONS, "connections", personFields=FIELDS, pageSize=2, requestSyncToken="true")
    assert [person["resourceName"] for person in found] == [row.id for row in rows]
    client.ask("DELETE", f"/v1/{rows[1].id}:deleteContact")
    changed, _ = all_pages(client, CONNECTIONS, "connections", personFields=FIELDS, syncToken=token)
    assert [(person["resourceName"], person["metadata"]) for person in changed] == [(rows[1].id, {"deleted": True})]
    contacts.clock.advance(8 * 86_400_000)
    answer = connected(contacts).get(CONNECTIONS, personFields=FIELDS, syncToken=token)
    assert (answer.status, answer.json["error"]["details"][0]["reason"]) == (400, "EXPIRED_SYNC_TOKEN")


def test_a_contact_is_changed_only_with_the_etag_of_what_was_read(contacts: MockVendor) -> None:
    client = connected(contacts)
    made = client.ask("POST", "/v1/people:createContact", json={"names": [{"givenName": "Alice"}]}).json
    path, query = f"/v1/{made['resourceName']}:updateContact", {"updatePersonFields": "names"}
    changed = client.ask("PATCH", path, json={"etag": made["etag"], "names": [{"givenName": "Bob"}]}, query=query)
    stale = client.ask("PATCH", path, json={"etag": made["etag"], "names": [{"givenName": "Charlie"}]}, query=query)
    assert (changed.json["names"], stale.status) == ([{"givenName": "Bob"}], 400)


def test_contacts_can_be_written_in_batches(contacts: MockVendor) -> None:
    client = connected(contacts)
    people = [{"contactPerson": {"names": [{"givenName": name}]}} for name in ("Alice", "Bob")]
    made = client.ask("POST", "/v1/people:batchCreateContacts", json={"contacts": people, "readMask": "names"}).json["createdPeople"]
    names = [each["person"]["resourceName"] for each in made]
    client.ask("POST", "/v1/people:batchDeleteContacts", json={"resourceNames": names[:1]})
    assert [row.id for row in contacts.store["contacts"].live()] == names[1:]


def test_the_history_of_a_mailbox_tells_what_came_and_went(gmail: MockVendor) -> None:
    rows, client = gmail.seed("messages", 3), connected(gmail)
    since = client.get(f"{MAILBOX}/profile").json["historyId"]
    raw = base64.urlsafe_b64encode(b"To: bob@people.example\r\nSubject: Hello\r\n\r\nHi").decode()
    sent = client.ask("POST", f"{MAILBOX}/messages/send", json={"raw": raw}).json["id"]
    client.ask("DELETE", f"{MAILBOX}/messages/{rows[0].id}")
    client.ask("POST", f"{MAILBOX}/messages/{rows[1].id}/modify", json={"removeLabelIds": ["UNREAD"]})
    steps = client.get(f"{MAILBOX}/history", startHistoryId=since).json["history"]
    assert [(step["messages"][0]["id"], [name for name in step if name not in {"id", "messages"}]) for step in steps] == [
        (sent, ["messagesAdded"]),
        (rows[0].id, ["messagesDeleted"]),
        (rows[1].id, ["labelsAdded"]),
    ]
    gmail.personality.forget()
    assert client.get(f"{MAILBOX}/history", startHistoryId=since).status == 404


def test_a_mailbox_lists_ids_and_shows_messages_one_by_one(gmail: MockVendor) -> None:
    gmail.seed("messages", 3)
    client = connected(gmail)
    found, _ = all_pages(client, f"{MAILBOX}/messages", "messages", maxResults=2)
    shown = client.get(f"{MAILBOX}/messages/{found[0]['id']}", format="full").json
    assert base64.urlsafe_b64decode(shown["payload"]["body"]["data"]) == b"Text 2"
    client.ask("POST", f"{MAILBOX}/messages/{found[0]['id']}/trash")
    assert len(all_pages(client, f"{MAILBOX}/messages", "messages")[0]) == 2
