"""A message of a vendor leads to the rows that it speaks of, read as they are now, once or twice all the same."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlencode

import pytest

from server.domain.actor import Actor
from server.domain.errors import Later
from server.services import connector_hooks, installations
from server.services.inbound.received import Message
from server.store import database
from tests.installed import Install
from tests.vendors.vendor import MockVendor

HOOK = "/hooks/x?token=[redacted]"


def message(installation_id: str | None, **form: str) -> Message:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return Message("inm_1", "src_1", "token", None, None, "POST", HOOK, headers, urlencode(form).encode(), 1, installation_id)


def take(actor: Actor, installation_id: str | None, **form: str) -> None:
    write = connector_hooks.take(actor, message(installation_id, **form))
    with database.transaction():
        write()


def rows(actor: Actor) -> list[Any]:
    return [
        row[0] for row in database.rows("SELECT email FROM contacts WHERE tenant_id = ? AND deleted_at IS NULL ORDER BY email", (actor.tenant_id,))
    ]


def test_a_row_is_taken_over_as_it_is_now_and_a_repetition_changes_nothing(alice: Actor, newsletter: Install, mailchimp: MockVendor) -> None:
    made = newsletter()
    member = mailchimp.seed("members", 1)[0]
    told = {"type": "profile", "fired_at": "2026-11-20 12:00:00", "data[email]": member.values["email_address"]}
    take(alice, made["id"], **told)
    take(alice, made["id"], **told)
    assert rows(alice) == [member.values["email_address"]]
    assert database.row("SELECT COUNT(*) FROM events WHERE type = 'contact.created' AND tenant_id = ?", (alice.tenant_id,)) == (1,)


def test_a_row_that_went_is_taken_away(alice: Actor, newsletter: Install, mailchimp: MockVendor) -> None:
    made = newsletter()
    member = mailchimp.seed("members", 1)[0]
    email = member.values["email_address"]
    take(alice, made["id"], **{"type": "subscribe", "fired_at": "x", "data[email]": email})
    take(alice, made["id"], **{"type": "unsubscribe", "fired_at": "y", "data[action]": "delete", "data[email]": email})
    assert rows(alice) == []


def test_what_speaks_of_no_row_becomes_an_event(alice: Actor, newsletter: Install) -> None:
    made = newsletter()
    take(alice, made["id"], type="campaign", fired_at="x")
    assert database.row("SELECT COUNT(*) FROM events WHERE type = 'inbound.received' AND tenant_id = ?", (alice.tenant_id,)) == (1,)
    found = installations.find(alice, made["id"])
    assert found["last_event_at"] is not None


def test_a_vendor_that_is_away_is_asked_later(alice: Actor, newsletter: Install, mailchimp: MockVendor) -> None:
    made = newsletter()
    email = mailchimp.seed("members", 1)[0].values["email_address"]
    mailchimp.faults.play("error_503", times=20)
    with pytest.raises(Later):
        connector_hooks.take(alice, message(made["id"], **{"type": "subscribe", "fired_at": "x", "data[email]": email}))


def test_what_only_sends_takes_nothing_over(alice: Actor, newsletter: Install, mailchimp: MockVendor) -> None:
    made = newsletter(direction="export")
    email = mailchimp.seed("members", 1)[0].values["email_address"]
    take(alice, made["id"], **{"type": "subscribe", "fired_at": "x", "data[email]": email})
    assert rows(alice) == []
    assert hashlib.md5(email.lower().encode(), usedforsecurity=False).hexdigest() not in str([call.path for call in mailchimp.calls])


def test_an_installation_that_is_gone_takes_nothing(alice: Actor) -> None:
    take(alice, "ins_gone", type="subscribe")
    assert rows(alice) == []
