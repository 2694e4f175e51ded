"""Mailchimp: the suite, and what only Mailchimp does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

import pytest

from connectors.catalog.mailchimp.connector import member
from connectors.sdk.cursor import HOUR_MS
from connectors.sdk.errors import Later, NeedsUser
from connectors.sdk.request import Response
from connectors.sdk.values import Call, Change, Context, Option
from tests.connectors.conformance import Conformance
from tests.connectors.line import HOOK_SECRET, HOOK_URL, Line, on_line
from tests.vendors.catalog import kind
from tests.vendors.vendor import MockVendor


class TestMailchimp(Conformance, key="mailchimp"):
    token = "0123456789abcdef0123456789abcdef-us21"
    config = {"apiKey": token, "listId": "a1b2c3d4e5"}  # noqa: RUF012 - values of a test
    resources = {"members": "members"}  # noqa: RUF012
    changes = {"members": {"email_address": "Dana@people.example", "merge_fields": {"FNAME": "Dana"}}}  # noqa: RUF012


@pytest.fixture
def line() -> Iterator[Line]:
    vendor = MockVendor(kind("mailchimp"))
    vendor.identity.accept(TestMailchimp.token)
    yield on_line(vendor, "mailchimp", TestMailchimp.config)
    vendor.verify()


def told(line: Line, **form: str) -> list[tuple[str, str]]:
    """Return what a hook with this form says: who, and what became of them."""
    body = urlencode({"fired_at": "2026-11-20 12:00:00", **form}).encode()
    events = line.connector.webhook(Call("POST", "https://junction.example/hooks/x", {}, (), body, "token"))
    assert isinstance(events, Sequence)
    return [(event.record_id, event.action) for event in events]


def test_a_hook_names_the_member_by_its_address(line: Line) -> None:
    assert told(line, type="subscribe", **{"data[email]": "Dana@People.example"}) == [(member("dana@people.example"), "changed")]


def test_a_changed_address_is_one_member_gone_and_one_come(line: Line) -> None:
    found = told(line, type="upemail", **{"data[old_email]": "a@people.example", "data[new_email]": "b@people.example"})
    assert found == [(member("a@people.example"), "deleted"), (member("b@people.example"), "changed")]


def test_a_deleting_unsubscription_is_a_delete(line: Line) -> None:
    assert told(line, type="unsubscribe", **{"data[email]": "a@people.example", "data[action]": "delete"}) == [
        (member("a@people.example"), "deleted")
    ]


def test_a_form_that_says_nothing_is_nothing(line: Line) -> None:
    assert told(line, type="campaign") == []


def test_the_data_centre_is_the_end_of_the_key_or_comes_with_the_token(line: Line) -> None:
    assert line.connector.address == "https://us21.api.mailchimp.com/3.0"
    line.connector.bind(Context(config={"listId": "a1b2c3d4e5"}, fields={"dc": "us6"}))
    assert line.connector.address == "https://us6.api.mailchimp.com/3.0"


def test_a_forbidden_answer_with_nothing_in_it_means_too_many_requests(line: Line) -> None:
    assert isinstance(line.connector.explain(line.connector.probe, Response(403)), Later)
    assert isinstance(line.connector.explain(line.connector.probe, Response(403, {}, b'{"title": "Forbidden"}')), NeedsUser)


def test_a_permanent_delete_is_found_by_the_daily_comparison(line: Line) -> None:
    rows = line.vendor.seed("members", 30)
    line.sync("members")
    line.vendor.store["members"].purge(rows[4].id)
    line.vendor.clock.advance(HOUR_MS)
    line.sync("members")
    assert rows[4].id in line.ids("members")
    line.vendor.clock.advance(24 * HOUR_MS)
    line.sync("members")
    assert rows[4].id not in line.ids("members")


def test_new_members_get_the_status_that_was_chosen_and_keep_what_they_have(line: Line) -> None:
    change = Change("chg_1", "create", {"email_address": "dana@people.example"})
    line.export("members", [change])
    assert line.vendor.store["members"].rows[member("dana@people.example")].values["status"] == "pending"
    line.vendor.store["members"].change(member("dana@people.example"), {"status": "subscribed"})
    line.export("members", [change])
    assert line.vendor.store["members"].rows[member("dana@people.example")].values["status"] == "subscribed"


def test_audiences_and_merge_fields_are_offered(line: Line) -> None:
    assert list(line.driver.run(line.connector.options("listId"))) == [Option("a1b2c3d4e5", "Newsletter")]
    assert [field.name for field in line.driver.run(line.connector.fields("members"))] == ["merge_fields.FNAME", "merge_fields.LNAME"]


def test_the_subscription_carries_its_proof_and_leaves_out_what_we_do_ourselves(line: Line) -> None:
    list(line.driver.run(line.connector.initialize(line.context)))
    (made,) = line.vendor.store["webhooks"].live()
    assert made.values["url"] == f"{HOOK_URL}?token={HOOK_SECRET}"
    assert made.values["sources"]["api"] is False
