"""What providers tell, in one shape: whose copy it is about, what happened, and whether the address is dead."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.mail.judging import BOUNCE, COMPLAINT, REPORT
from server.domain.mail.provider_events import PROVIDERS, ProviderEvent, read


def sendgrid(event: str, **parts: Any) -> list[dict[str, Any]]:
    usual = {"email": "bob@customer.test", "timestamp": 1795176000, "event": event, "sg_event_id": f"e-{event}", "recipient": "rcp_1"}
    return [{**usual, "sg_message_id": "abc.recvd-1.0", "smtp-id": "<m@example.com>", **parts}]


def mailgun(event: str, **parts: Any) -> dict[str, Any]:
    usual = {"event": event, "id": f"e-{event}", "timestamp": 1795176000.5, "recipient": "bob@customer.test"}
    usual |= {"message": {"headers": {"message-id": "m@example.com"}}, "user-variables": {"recipient": "rcp_1"}}
    return {"signature": {}, "event-data": {**usual, **parts}}


def ses(kind: str, section: str, said: dict[str, Any], **mail: Any) -> dict[str, Any]:
    usual = {"messageId": "ses-1", "source": "alice@example.com", "destination": ["bob@customer.test"], "tags": {"recipient": ["rcp_1"]}}
    inner = {"eventType": kind, "mail": {**usual, "commonHeaders": {"messageId": "<m@example.com>"}, **mail}, section: said}
    return {"Type": "Notification", "MessageId": "sns-1", "Message": json.dumps(inner)}


AT = {"timestamp": "2026-11-20T12:00:00.000Z"}
DEAD = {"emailAddress": "bob@customer.test", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}


@pytest.mark.parametrize(
    ("provider", "payload", "happened"),
    [
        ("sendgrid", sendgrid("delivered", response="250 OK"), "delivered"),
        ("sendgrid", sendgrid("deferred", response="451 4.7.1 try later"), "delayed"),
        ("sendgrid", sendgrid("bounce", type="bounce", status="5.1.1", reason="550 5.1.1 unknown user"), "bounced"),
        ("sendgrid", sendgrid("spamreport"), "complained"),
        ("sendgrid", sendgrid("open", useragent="Firefox"), "open"),
        ("sendgrid", sendgrid("click", url="https://shop.example/"), "click"),
        ("sendgrid", sendgrid("group_unsubscribe"), "unsubscribed"),
        ("mailgun", mailgun("delivered", **{"delivery-status": {"code": 250, "message": "OK"}}), "delivered"),
        ("mailgun", mailgun("failed", severity="temporary", **{"delivery-status": {"code": 451, "message": "later"}}), "delayed"),
        ("mailgun", mailgun("failed", severity="permanent", **{"delivery-status": {"code": 550, "message": "5.1.1 no such user"}}), "bounced"),
        ("mailgun", mailgun("complained"), "complained"),
        ("mailgun", mailgun("opened", **{"client-info": {"user-agent": "Firefox"}}), "open"),
        ("mailgun", mailgun("clicked", url="https://shop.example/"), "click"),
        ("mailgun", mailgun("unsubscribed"), "unsubscribed"),
        ("ses", ses("Delivery", "delivery", {**AT, "recipients": ["bob@customer.test"], "smtpResponse": "250 ok"}), "delivered"),
        ("ses", ses("DeliveryDelay", "deliveryDelay", {**AT, "delayedRecipients": [{"emailAddress": "bob@customer.test"}]}), "delayed"),
        ("ses", ses("Bounce", "bounce", {**AT, "bounceType": "Permanent", "bouncedRecipients": [DEAD]}), "bounced"),
        ("ses", ses("Complaint", "complaint", {**AT, "complainedRecipients": [{"emailAddress": "bob@customer.test"}]}), "complained"),
        ("ses", ses("Open", "open", {**AT, "userAgent": "Firefox"}), "open"),
        ("ses", ses("Click", "click", {**AT, "link": "https://shop.example/"}), "click"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_event_names_whose_copy_it_is_about_and_when(provider: str, payload: Any, happened: str) -> None:
    (found,) = read(provider, payload)
    assert (found.happened, found.address, found.mark, found.header_id) == (happened, "bob@customer.test", "rcp_1", "<m@example.com>")
    assert found.at_ms in {1795176000000, 1795176000500}
    assert {"sendgrid": "abc", "mailgun": "<m@example.com>", "ses": "ses-1"}[provider] in found.identities
    assert found.key


@pytest.mark.parametrize(
    ("event", "reason", "hard"),
    [
        (read("sendgrid", sendgrid("bounce", type="bounce", status="5.1.1", reason="550 5.1.1 unknown user"))[0], "userunknown", True),
        (read("sendgrid", sendgrid("bounce", type="blocked", status="5.7.1", reason="550 5.7.1 listed at zen.spamhaus.org"))[0], "blocked", False),
        (read("sendgrid", sendgrid("dropped", reason="Bounced Address"))[0], "filtered", False),
        (
            read("mailgun", mailgun("failed", severity="permanent", **{"delivery-status": {"code": 552, "message": "mailbox full"}}))[0],
            "mailboxfull",
            False,
        ),
        (read("ses", ses("Bounce", "bounce", {**AT, "bounceType": "Permanent", "bouncedRecipients": [DEAD]}))[0], "userunknown", True),
        (read("ses", ses("Bounce", "bounce", {**AT, "bounceType": "Transient", "bouncedRecipients": [DEAD]}))[0], "userunknown", False),
        (
            read("ses", ses("Bounce", "bounce", {**AT, "bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": "bob@customer.test"}]}))[0],
            "userunknown",
            True,
        ),
    ],
)
def test_a_bounce_is_judged_by_its_words_and_is_hard_only_where_the_provider_says_permanent(event: ProviderEvent, reason: str, hard: bool) -> None:
    judged = event.judgement()
    assert judged is not None
    assert (judged.kind, judged.recipients[0].reason, judged.recipients[0].hard) == (BOUNCE, reason, hard)


def test_deliveries_complaints_and_opens_are_what_they_are() -> None:
    kinds = [getattr(read("sendgrid", sendgrid(event))[0].judgement(), "kind", None) for event in ("delivered", "spamreport", "open")]
    assert kinds == [REPORT, COMPLAINT, None]
    said = {**AT, "complainedRecipients": [{"emailAddress": "b@c.test"}], "complaintFeedbackType": "not-spam"}
    judged = read("ses", ses("Complaint", "complaint", said))[0].judgement()
    assert judged is not None
    assert judged.feedback_type == "not-spam"


def test_the_same_event_by_two_ways_has_one_key_and_each_recipient_an_event() -> None:
    people = ["bob@customer.test", "carol@customer.test"]
    first = read("ses", ses("Delivery", "delivery", {**AT, "recipients": people}))
    other = json.loads(ses("Delivery", "delivery", {**AT, "recipients": people})["Message"])
    other["notificationType"] = other.pop("eventType")
    again = read("ses", {"Type": "Notification", "MessageId": "sns-2", "Message": json.dumps(other)})
    assert [one.address for one in first] == people
    assert [one.key for one in first] == [one.key for one in again]
    assert len({one.key for one in first}) == 2


@pytest.mark.parametrize("payload", [None, [], {}, [1, "x", None], {"event-data": 3}, {"Message": "{"}, {"Message": "[1]"}, {"event": "processed"}])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_tells_of_no_recipient_is_nothing(provider: str, payload: Any) -> None:
    assert read(provider, payload) == []


ODD: list[Any] = [None, True, 0, -1, 1e300, 1 << 80, "", "x", "²", [], ["x"], [None], [{}], {}, {"x": 1}, {"tags": 1}, {"timestamp": []}]
JSON = st.sampled_from(ODD)
NAMED = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("event", "email", "timestamp", "type", "status", "reason", "mail", "bounce", "severity"), JSON)
)


@given(NAMED, st.fixed_dictionaries({"code": JSON}), st.sampled_from(PROVIDERS))
def test_nothing_a_provider_could_write_breaks_the_reading(told: dict[str, Any], outcome: dict[str, Any], provider: str) -> None:
    for payload in (
        [told | {"event": "bounce"}],
        {"event-data": told | {"event": "failed", "delivery-status": outcome}},
        {"Message": json.dumps(told | {"eventType": "Bounce"})},
    ):
        events = read(provider, payload)
        assert [one.happened for one in events if one.judgement() is None] == []


@pytest.mark.parametrize(("given", "code"), [(550, 550), ("421", 421), ("²", 0), (1e300, 0), (99, 0), (-550, 0), (None, 0), ("5500", 0)])
def test_a_code_is_three_digits_or_none(given: Any, code: int) -> None:
    (event,) = read("mailgun", {"event-data": {"event": "failed", "delivery-status": {"code": given}}})
    assert event.code == code
