"""What is true of every personality, and the quirks of those that have few."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.catalog import keys, kind
from tests.vendors.client import Client, connected, with_key
from tests.vendors.fixtures import MakeVendor
from tests.vendors.personalities import google_analytics, slack, twilio, xero
from tests.vendors.personalities.zapier import Poll, Zapier

# A call that every personality understands, without any proof of who asks.
PLAIN = {
    "gmail": "/gmail/v1/users/me/profile",
    "google_analytics": "https://analyticsadmin.googleapis.com/v1beta/accountSummaries",
    "google_calendar": "/calendar/v3/users/me/calendarList",
    "google_contacts": "/v1/people/me/connections",
    "hubspot": "/crm/v3/objects/contacts",
    "mailchimp": "/3.0/ping",
    "microsoft365": "/v1.0/me",
    "salesforce": "/services/data/v60.0/limits",
    "slack": "/api/auth.test",
    "stripe": "/v1/balance",
    "twilio": f"/2010-04-01/Accounts/{twilio.ACCOUNT}.json",
    "xero": "/connections",
}
WITHOUT_PROOF = {"zapier": "its addresses are the proof", "shopify": "tried in its own file"}


def test_every_vendor_of_the_first_fourteen_is_stood_in_for() -> None:
    assert sorted([*PLAIN, *WITHOUT_PROOF]) == keys()


@pytest.mark.parametrize("key", PLAIN)
def test_who_proves_nothing_is_refused_in_the_vendors_own_words(mock_vendor: MakeVendor, key: str) -> None:
    answer = Client(mock_vendor(key)).get(PLAIN[key])
    assert answer.status == 401 or answer.json == {"ok": False, "error": "not_authed"}


@pytest.mark.parametrize("key", [each for each in keys() if each != "zapier"])
def test_every_sample_is_shown_as_described(mock_vendor: MakeVendor, key: str) -> None:
    vendor = mock_vendor(key)
    for resource in vendor.personality.required:
        row = vendor.seed(resource, 2)[1]
        assert vendor.personality.shown(resource, row)


@pytest.mark.parametrize("key", keys())
def test_every_description_is_published_or_names_its_source(key: str) -> None:
    for contract in kind(key).contracts():
        assert contract.source
        assert contract.written_by_hand == (not contract.source.endswith(".json"))
        assert all(reason for reason in contract.waivers.values())


def test_slack_says_no_with_a_200_and_marks_users_as_deleted(mock_vendor: MakeVendor) -> None:
    vendor = mock_vendor("slack")
    vendor.seed("users", 3)
    vendor.seed("channels", 1)
    vendor.store["users"].delete("U00000002")
    client, members, cursor = Client(vendor, {"authorization": f"Bearer {slack.BOT_TOKEN}"}), [], ""
    while True:
        page = client.get("/api/users.list", limit=2, **({"cursor": cursor} if cursor else {})).json
        members += [(user["id"], user["deleted"]) for user in page["members"]]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert members == [("U00000001", False), ("U00000002", True), ("U00000003", False)]
    assert client.ask("POST", "/api/chat.postMessage", json={"channel": "C9", "text": "x"}).json == {"ok": False, "error": "channel_not_found"}
    sent = client.ask("POST", "/api/chat.postMessage", json={"channel": "C00000001", "text": "x"}).json
    assert client.get("/api/conversations.history", channel="C00000001").json["messages"][0]["ts"] == sent["ts"]
    client.ask("POST", "/api/chat.delete", form={"channel": "C00000001", "ts": sent["ts"]})
    assert client.get("/api/conversations.history", channel="C00000001").json["messages"] == []


def test_twilio_names_the_next_page_and_forgets_what_is_deleted(mock_vendor: MakeVendor) -> None:
    vendor = mock_vendor("twilio")
    rows = vendor.seed("Messages", 5)
    client, account = with_key(vendor, twilio.ACCOUNT, twilio.AUTH_TOKEN), f"/2010-04-01/Accounts/{twilio.ACCOUNT}"
    page, found = client.get(f"{account}/Messages.json", PageSize=2).json, []
    while True:
        found += [message["sid"] for message in page["messages"]]
        if not page["next_page_uri"]:
            break
        page = client.get(page["next_page_uri"]).json
    assert found == [row.id for row in reversed(rows)]
    made = client.ask("POST", f"{account}/Messages.json", form={"To": "+441", "From": "+442", "Body": "x"}).json
    assert made["status"] == "queued"
    assert client.ask("DELETE", f"{account}/Messages/{made['sid']}.json").status == 204
    assert client.get(f"{account}/Messages/{made['sid']}.json").json["code"] == 20404
    assert client.ask("POST", f"{account}/Messages.json", form={"To": "+441", "From": "+442"}).json["code"] == 21602


def test_xero_pages_by_number_tells_what_changed_and_archives(mock_vendor: MakeVendor) -> None:
    vendor = mock_vendor("xero")
    vendor.seed("Contacts", 250)
    client = connected(vendor)
    client.headers["xero-tenant-id"] = xero.TENANT
    assert client.get("/connections").json[0]["tenantId"] == xero.TENANT
    pages = [client.get("/api.xro/2.0/Contacts", page=page).json["Contacts"] for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [100, 100, 50, 0]
    vendor.clock.advance(60_000)
    contact = {"ContactID": pages[0][0]["ContactID"], "ContactStatus": "ARCHIVED"}
    client.ask("POST", "/api.xro/2.0/Contacts", json={"Contacts": [contact]})
    since = "2026-11-20T12:00:30"
    assert client.ask("GET", "/api.xro/2.0/Contacts", if_modified_since=since).json["Contacts"] == []
    archived = client.ask("GET", "/api.xro/2.0/Contacts", query={"includeArchived": "true"}, if_modified_since=since).json["Contacts"]
    assert [(each["ContactID"], each["ContactStatus"]) for each in archived] == [(contact["ContactID"], "ARCHIVED")]


def test_xero_makes_one_contact_for_one_key(mock_vendor: MakeVendor) -> None:
    vendor = mock_vendor("xero")
    client = connected(vendor)
    client.headers["xero-tenant-id"] = xero.TENANT
    made = [client.ask("PUT", "/api.xro/2.0/Contacts", json={"Contacts": [{"Name": "New"}]}, idempotency_key="k").json for _ in range(2)]
    assert made[0] == made[1]
    assert len(vendor.store["Contacts"].live()) == 1


def test_mailchimp_archives_on_delete_and_forgets_for_good(mock_vendor: MakeVendor) -> None:
    vendor = mock_vendor("mailchimp")
    row = vendor.seed("members", 1)[0]
    client, members = connected(vendor), "/3.0/lists/a1b2c3d4e5/members"
    client.ask("DELETE", f"{members}/{row.id}")
    assert client.get(members).json["members"] == []
    assert [each["status"] for each in client.get(members, status="archived").json["members"]] == ["archived"]
    back = client.ask("PUT", f"{members}/{row.id}", json={"email_address": row.values["email_address"], "status_if_new": "subscribed"})
    assert back.json["status"] == "subscribed"
    client.ask("POST", f"{members}/{row.id}/actions/delete-permanent")
    assert client.get(f"{members}/{row.id}").status == 404


def test_analytics_takes_everything_and_keeps_what_is_good(mock_vendor: MakeVendor) -> None:
    vendor = mock_vendor("google_analytics")
    client, keys_ = connected(vendor), {"measurement_id": google_analytics.MEASUREMENT_ID, "api_secret": google_analytics.API_SECRET}
    good: dict[str, Any] = {"client_id": "1.2", "events": [{"name": "purchase", "params": {"value": 9.5, "transaction_id": "t1"}}]}
    bad: dict[str, Any] = {"client_id": "", "events": [{"name": "ga_purchase"}, {"name": "9lives"}]}
    for body in (good, bad):
        assert client.ask("POST", "/mp/collect", query=keys_, json=body).status == 204
    assert [row.values["name"] for row in vendor.store["events"].live()] == ["purchase"]
    told = [client.ask("POST", "/debug/mp/collect", query=keys_, json=body).json["validationMessages"] for body in (good, bad)]
    assert [[each["validationCode"] for each in messages] for messages in told] == [[], ["VALUE_REQUIRED", "NAME_RESERVED", "NAME_INVALID"]]


def test_analytics_counts_an_event_as_a_conversion_once(mock_vendor: MakeVendor) -> None:
    client, path = connected(mock_vendor("google_analytics")), "https://analyticsadmin.googleapis.com/v1beta/properties/1/keyEvents"
    made, again = (client.ask("POST", path, json={"eventName": "purchase", "countingMethod": "ONCE_PER_EVENT"}) for _ in range(2))
    assert (made.status, again.status) == (200, 409)
    assert [each["eventName"] for each in client.get(path).json["keyEvents"]] == ["purchase"]
    client.ask("DELETE", f"https://analyticsadmin.googleapis.com/v1beta/{made.json['name']}")
    assert client.get(path).json["keyEvents"] == []


def test_a_zap_takes_messages_until_it_is_switched_off(mock_vendor: MakeVendor) -> None:
    vendor = mock_vendor("zapier")
    assert isinstance(vendor.personality, Zapier)
    address, client = vendor.personality.switched_on(), Client(vendor)
    assert client.ask("POST", address, json={"id": "con_1"}).json["status"] == "success"
    vendor.personality.switched_off(address)
    assert client.ask("POST", address, json={"id": "con_2"}).status == 410
    assert vendor.personality.taken(address) == [{"id": "con_1"}]


def test_a_poll_starts_the_zap_once_for_each_id_and_never_for_what_was_there_before() -> None:
    poll = Poll()
    assert poll.fresh([{"id": "2"}, {"id": "1"}]) == []
    assert poll.fresh([{"id": "4"}, {"id": "3"}, {"id": "2"}]) == [{"id": "3"}, {"id": "4"}]
    with pytest.raises(AssertionError, match="type"):
        poll.fresh([{"id": 5}])


def test_hubspot_finds_ten_thousand_rows_and_no_more(mock_vendor: MakeVendor) -> None:
    vendor = mock_vendor("hubspot")
    vendor.seed("contacts", 25_000)
    client, path = connected(vendor), "/crm/v3/objects/contacts/search"
    answer = client.ask("POST", path, json={"limit": 200, "after": 9_900})
    assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")
    last, calls = "0", 0
    found: set[str] = set()
    while True:
        filters = [
            {"propertyName": "lastmodifieddate", "operator": "BETWEEN", "value": "0", "highValue": str(vendor.clock.now())},
            {"propertyName": "hs_object_id", "operator": "GT", "value": last},
        ]
        asked = {"limit": 200, "filterGroups": [{"filters": filters}], "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]}
        rows = client.ask("POST", path, json=asked).json["results"]
        if not rows:
            break
        calls, last = calls + 1, rows[-1]["id"]
        found |= {row["id"] for row in rows}
    assert (len(found), calls) == (25_000, 125)


def test_hubspot_upserts_by_a_property_and_archives(mock_vendor: MakeVendor) -> None:
    vendor = mock_vendor("hubspot")
    client, contacts = connected(vendor), "/crm/v3/objects/contacts"
    asked = {"inputs": [{"id": "a@people.example", "idProperty": "email", "properties": {"firstname": name}} for name in ("Alice", "Bob")]}
    results = client.ask("POST", f"{contacts}/batch/upsert", json=asked).json["results"]
    assert [(each["new"], each["properties"]["firstname"]) for each in results] == [(True, "Alice"), (False, "Bob")]
    assert client.ask("POST", contacts, json={"properties": {"email": "a@people.example"}}).status == 409
    client.ask("DELETE", f"{contacts}/{results[0]['id']}")
    assert [each["archived"] for each in client.get(contacts, archived="true").json["results"]] == [True]
