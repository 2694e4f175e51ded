"""What several fields say together is settled when all of them are there."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.actor import Actor
from server.domain.errors import Invalid
from server.services.suitecrm import beans
from server.services.suitecrm.drafts import Draft
from server.services.suitecrm.modules import MODULES
from tests.server.crm import made

CALLS = MODULES["Calls"]


def settled(actor: Actor, before: dict[str, Any], later: dict[str, str], **patch: Any) -> dict[str, Any]:
    """Return the patch that fields come to."""
    return Draft(actor, before, dict(patch), later).settled()


def test_a_beginning_and_a_duration_make_an_end(suite: Actor) -> None:
    starts = "2026-11-20T12:00:00.000Z"
    found = settled(suite, {}, {"duration_hours": "1", "duration_minutes": "30"}, starts_at=starts)
    assert found["ends_at"] == "2026-11-20T13:30:00.000Z"
    assert "ends_at" not in settled(suite, {}, {"duration_hours": "1"})
    given = settled(suite, {}, {"duration_hours": "1"}, starts_at=starts, ends_at="2026-11-20T12:10:00.000Z")
    assert given["ends_at"] == "2026-11-20T12:10:00.000Z"


def test_what_is_moved_takes_its_end_along(suite: Actor) -> None:
    before = {"starts_at": "2026-11-20T12:00:00.000Z", "ends_at": "2026-11-20T12:45:00.000Z"}
    assert settled(suite, before, {}, starts_at="2026-11-21T08:00:00.000Z")["ends_at"] == "2026-11-21T08:45:00.000Z"
    assert settled(suite, before, {"duration_minutes": "10"})["ends_at"] == "2026-11-20T12:10:00.000Z"


def test_a_new_parent_takes_the_place_of_the_one_that_was_shown(suite: Actor) -> None:
    company, contact = made(suite, "company", name="Maple"), made(suite, "contact", last_name="Lee")
    deal = made(suite, "deal", name="Big")
    ids = {name: beans.outside_id(one) for name, one in (("Accounts", company), ("Contacts", contact), ("Opportunities", deal))}
    call = beans.create(suite, CALLS, {"name": "Ring", "parent_type": "Opportunities", "parent_id": ids["Opportunities"]})
    for module in ("Accounts", "Contacts", "Opportunities"):
        call = beans.update(suite, CALLS, call["id"], {"parent_type": module, "parent_id": ids[module]})
        assert (call["parent_type"], call["parent_id"]) == (module, ids[module])
    assert call["account_id"] == "", "the company was let go when the contact was to be shown"
    assert beans.update(suite, CALLS, call["id"], {"parent_id": ids["Opportunities"]})["parent_name"] == "Big"
    assert beans.update(suite, CALLS, call["id"], {"parent_type": "Opportunities", "parent_id": ""})["parent_type"] == "Contacts"


def test_a_lead_is_a_parent_of_its_own_kind_and_unknown_kinds_are_refused(suite: Actor) -> None:
    lead = beans.create(suite, MODULES["Leads"], {"last_name": "New"})
    call = beans.create(suite, CALLS, {"name": "Ring", "parent_type": "Leads", "parent_id": lead["id"]})
    assert (call["parent_type"], call["parent_id"], call["parent_name"]) == ("Leads", lead["id"], "New")
    with pytest.raises(Invalid, match="parent_type"):
        settled(suite, {}, {"parent_type": "Cases", "parent_id": lead["id"]})
