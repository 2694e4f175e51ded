"""What routes do with mail."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.filters import Query
from server.services import records, timelines
from server.services.email import arrivals, routes, searching
from server.services.email.routes import NewEmailRoute
from server.store import database
from server.store.records import by_noun
from tests.mailing import sending_settings, submit, verified
from tests.receiving import mail, sorted_out
from tests.server.services.inbound.sources import made, states


def activities(actor: Actor) -> list[dict[str, Any]]:
    """Return every activity."""
    return records.list_page(actor, by_noun()["activity"], Query(limit=50))[0]


@pytest.mark.criterion("email-28")
def test_a_mail_is_one_activity_of_its_contact_whoever_brought_it(alice: Actor) -> None:
    contact = records.create(alice, by_noun()["contact"], {"last_name": "Builder", "email": "bob@customer.test"})
    imported = records.create(alice, by_noun()["activity"], {"type": "email", "subject": "Offer", "external_ids": {"message_id": "1@customer.test"}})
    found = sorted_out(alice, mail(), "acc_1", "1")
    sorted_out(alice, mail(), "acc_2", "7")
    (activity,) = activities(alice)
    assert (activity["id"], activity["contact_id"], found["activity_id"]) == (imported["id"], contact["id"], imported["id"])
    assert "here it is" in activity["body"]


@pytest.mark.criterion("email-28")
def test_a_mail_of_ours_seen_in_three_mailboxes_and_imported_is_one_activity_and_once_on_the_timeline(alice: Actor, tmp_path: Path) -> None:
    verified(alice.tenant_id, "example.com")
    contact = records.create(alice, by_noun()["contact"], {"last_name": "Builder", "email": "Bob@customer.test"})
    sent = submit(alice, sending_settings(tmp_path), to=["bob@customer.test"])
    header = sent["message_id"].strip("<>")
    copy = mail(from_="Alice <alice@example.com>", to="bob@customer.test", subject="Hello", message_id=sent["message_id"], body="Hello there\r\n")

    def seen() -> dict[str, Any]:
        return [sorted_out(alice, copy, f"acc_{number}", "INBOX/1") for number in range(3)][-1]

    found = seen()
    imported = {"type": "email", "subject": "Hello", "contact_id": contact["id"]}
    records.upsert(alice, by_noun()["activity"], "message_id", header, imported)
    (activity,) = activities(alice)
    assert found["activity_id"] == activity["id"]
    references = [
        *(one["source"] for one in arrivals.get(alice, found["id"])["seen"]),
        found["sent_message_id"],
        activity["external_ids"]["message_id"],
    ]
    assert references == ["acc_0", "acc_1", "acc_2", sent["id"], header]
    told = timelines.list_page(alice, by_noun()["contact"], contact["id"], [], None, 50)[0]
    assert [one["id"] for one in told if one["type"] != "event"] == [sent["id"]]
    alone = timelines.list_page(alice, by_noun()["contact"], contact["id"], ["activities"], None, 50)[0]
    assert [one["id"] for one in alone] == [activity["id"]], "whoever asks for activities alone gets it as one"
    before = everything()
    for _ in range(2):
        seen()
    assert everything() == before, "the whole day again changes no row"


def everything() -> list[list[Any]]:
    """Return every row of what mail writes."""
    tables = ("activities", "contacts", "email_arrivals", "email_sightings", "email_threads", "external_ids", "email_messages", "events", "audit")
    return [sorted(map(str, database.rows(f"SELECT * FROM {table}"))) for table in tables]  # noqa: S608 - the names stand above


def test_a_route_sends_a_copy_on_and_nothing_else(alice: Actor) -> None:
    verified(alice.tenant_id, "example.com")
    routes.create(alice, NewEmailRoute.model_validate({"name": "On", "actions": [{"type": "address", "to": "carol@other.test"}]}))
    found = sorted_out(alice, mail(), envelope=("help@example.com",))
    assert (found["state"], found["activity_id"]) == ("done", None)
    (sent,) = searching.list_page(alice, {}, None, 10)[0]
    assert (sent["from"], [one["address"] for one in sent["recipients"]]) == ("help@example.com", ["carol@other.test"])


def test_a_copy_that_would_come_back_is_not_sent(alice: Actor) -> None:
    verified(alice.tenant_id, "example.com")
    wanted = {"name": "Loop", "addresses": ["help@example.com"], "actions": [{"type": "address", "to": "help@example.com"}]}
    routes.create(alice, NewEmailRoute.model_validate(wanted))
    found = sorted_out(alice, mail(), envelope=("help@example.com",))
    assert (found["state"], searching.list_page(alice, {}, None, 10)[0]) == ("quarantined", [])


def test_a_connector_gets_a_mail_as_a_message(alice: Actor) -> None:
    source = made(alice, "github")
    wanted = {"name": "To the connector", "actions": [{"type": "connector", "source_id": source["id"]}]}
    routes.create(alice, NewEmailRoute.model_validate(wanted))
    sorted_out(alice, mail())
    assert states(source["id"]) == ["pending"]
