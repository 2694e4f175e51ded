"""The messages that a mock vendor signs are those that the appliance's own verification believes, and the wrong ones are not."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest

from server.domain.errors import Unauthenticated
from server.domain.inbound.arrivals import Arrival
from server.domain.inbound.schemes import SCHEMES
from server.domain.inbound.verification import Trust, verify
from server.system import public_keys
from tests.vendors.contract import NOT_AT_HAND, folder, load
from tests.vendors.fixtures import MakeVendor
from tests.vendors.hooks import REFUSED, Hook, Mail
from tests.vendors.schemas import Schemas

URL = "https://junction.example/hooks/con_1"
BODY = json.dumps({"id": 1, "name": "Émile"}).encode()
DATED = ("hubspot", "mailchimp", "slack", "stripe")
SIGNING = (*DATED, "shopify", "xero")


@pytest.mark.parametrize("key", SIGNING)
def test_a_genuine_message_is_believed(mock_vendor: MakeVendor, key: str) -> None:
    mail = mock_vendor(key).hooks_to(URL)
    believe(key, mail, mail.genuine(BODY))
    believe(key, mail, mail.not_text())
    for hook in (*mail.twice(BODY), *mail.duplicated(BODY), *mail.out_of_order(BODY, b"{}")):
        believe(key, mail, hook)


@pytest.mark.parametrize("key", SIGNING)
@pytest.mark.parametrize("wrong", REFUSED.values(), ids=REFUSED)
def test_a_message_that_is_not_the_vendors_is_not_believed(mock_vendor: MakeVendor, key: str, wrong: Callable[[Mail, bytes], Hook]) -> None:
    mail = mock_vendor(key).hooks_to(URL)
    with pytest.raises(Unauthenticated):
        believe(key, mail, wrong(mail, BODY))


@pytest.mark.parametrize("key", DATED)
def test_a_message_signed_ten_minutes_ago_is_not_believed_where_its_time_is_signed(mock_vendor: MakeVendor, key: str) -> None:
    mail = mock_vendor(key).hooks_to(URL)
    with pytest.raises(Unauthenticated):
        believe(key, mail, mail.stale(BODY))


def test_twilio_signs_forms_and_hashes_what_is_none(mock_vendor: MakeVendor) -> None:
    mail = mock_vendor("twilio").hooks_to(URL)
    form = b"MessageSid=SM1&MessageStatus=delivered&To=%2B44"
    for body in (form, BODY):
        believe("twilio", mail, mail.genuine(body))
    for hook in (mail.forged(form), mail.unsigned(form), mail.altered(form), mail.altered(BODY)):
        with pytest.raises(Unauthenticated):
            believe("twilio", mail, hook)


@pytest.mark.parametrize(("key", "scheme", "body"), [("google_calendar", "google_calendar", b""), ("microsoft365", "microsoft_graph",
    b'{"value": [{"id": 1}]}'),
                                                     ("salesforce", "salesforce", b"<soap/>")])  # fmt: skip
def test_a_message_that_only_carries_a_secret_is_believed_for_it(mock_vendor: MakeVendor, key: str, scheme: str, body: bytes) -> None:
    mail = mock_vendor(key).hooks_to(URL)
    believe(scheme, mail, mail.genuine(body))
    with pytest.raises(Unauthenticated):
        believe(scheme, mail, mail.forged(body))


TELLING = [("hubspot", "hubspot", "contacts"), ("mailchimp", "mailchimp", "members"), ("stripe", "stripe", "customers"), ("slack", "slack", "users"),
           ("slack", "slack", "channels"), ("slack", "slack", "messages"), ("twilio", "twilio", "Messages"), ("shopify", "shopify", "customers"),
           ("xero", "xero", "Contacts"), ("google_calendar", "google_calendar", "events"), ("microsoft365", "microsoft_graph", "contacts"),
           ("salesforce", "salesforce", "Contact")]  # fmt: skip


@pytest.mark.parametrize(("key", "scheme", "resource"), TELLING)
def test_what_a_vendor_tells_of_a_change_is_believed_and_known_again(mock_vendor: MakeVendor, key: str, scheme: str, resource: str) -> None:
    vendor = mock_vendor(key)
    row, mail, found = vendor.seed(resource, 1)[0], vendor.hooks_to(URL), []
    for verb, act in (
        ("created", lambda: None),
        ("updated", lambda: vendor.store[resource].change(row.id, {})),
        ("deleted", lambda: vendor.store[resource].delete(row.id)),
    ):
        vendor.clock.advance(1000)
        act()
        told = [mail.about(resource, row, verb) for _ in range(2)]
        for hook in told:
            believe(scheme, mail, hook)
        marks = [arrival(hook).text(SCHEMES[scheme].event_id) if SCHEMES[scheme].event_id else None for hook in told]
        assert marks[0] == marks[1]
        found.append(marks[0] or verb)
    assert len(set(found)) == (1 if key == "twilio" else 3)


@pytest.mark.parametrize(("path", "schema", "key", "resource"), [
    ("xero/xero_webhooks.json", "WebhookEvent", "xero", "Invoices"), ("slack/slack_events_api_async_v1.json", "GenericEventWrapper", "slack",
        "users"),
])  # fmt: skip
def test_what_a_vendor_tells_is_as_it_describes_it(mock_vendor: MakeVendor, path: str, schema: str, key: str, resource: str) -> None:
    place = folder()
    if place is None:
        pytest.skip(NOT_AT_HAND)
    schemas = Schemas(load(place / path))
    vendor = mock_vendor(key)
    told = vendor.hooks_to(URL).about(resource, vendor.seed(resource, 1)[0])
    assert list(schemas.problems(schemas.at(f"#/components/schemas/{schema}"), json.loads(told.body), "answered")) == []


def believe(key: str, mail: Mail, hook: Hook) -> None:
    """Verify a message as an inbound source of this vendor does."""
    trust = Trust((mail.secret,), {}, public_keys, lambda _url, _kind: None)
    verify(SCHEMES[key], arrival(hook), trust, mail.vendor.clock.now() // 1000)


def arrival(hook: Hook) -> Arrival:
    query = parse_qsl(urlsplit(hook.url).query, keep_blank_values=True)
    return Arrival(hook.method, hook.url, {name.lower(): value for name, value in hook.headers.items()}, query, hook.body)
