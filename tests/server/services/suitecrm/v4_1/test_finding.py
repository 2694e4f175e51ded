"""Finding records by words, and what is to be done."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.services.suitecrm.v4_1.faults import NO_MODULE, Refused
from tests.server.crm import limited
from tests.server.services.suitecrm.v4_1.calls import call, made


def ids(actor: Actor, text: str, *modules: str) -> list[list[str]]:
    """Return what a search finds, module by module."""
    return [[one["id"]["value"] for one in part["records"]] for part in call(actor, "search_by_module", text, list(modules), 0, 10)["entry_list"]]


def test_every_word_has_to_begin_something(suite: Actor) -> None:
    ann = made(suite, "Contacts", first_name="Ann", last_name="Lee", email1="x@example.com", phone_work="+49 30 12")
    deal = made(suite, "Opportunities", name="Annual deal", amount="1", date_closed="2026-12-01", sales_stage="Prospecting")
    assert ids(suite, "ann", "Contacts", "Opportunities") == [[ann], [deal]]
    assert ids(suite, "LEE an", "Contacts") == ids(suite, "x@", "Contacts") == ids(suite, "+49", "Contacts") == [[ann]]
    assert ids(suite, "lee bob", "Contacts") == ids(suite, "nn", "Contacts") == ids(suite, "%", "Contacts") == [[]]
    assert ids(suite, "", "Contacts") == [[ann]]


def test_a_module_that_may_not_be_read_is_empty(suite: Actor) -> None:
    made(suite, "Contacts", last_name="Lee")
    assert ids(limited(suite, "companies:read"), "lee", "Contacts", "Accounts") == [[], []]


def test_modules_of_a_whole_suitecrm_are_passed_over_unless_none_is_here(suite: Actor) -> None:
    ann = made(suite, "Contacts", last_name="Ann")
    found = call(suite, "search_by_module", "ann", ["Accounts", "Bugs", "Cases", "Contacts", "Leads", "Project"], 0, 10)["entry_list"]
    assert [(part["name"], len(part["records"])) for part in found] == [("Accounts", 0), ("Contacts", 1), ("Leads", 0)]
    assert found[1]["records"][0]["id"]["value"] == ann
    with pytest.raises(Refused) as caught:
        call(suite, "search_by_module", "ann", ["Bugs", "Cases"], 0, 10)
    assert caught.value.fault == NO_MODULE


def test_what_is_due_is_told_to_whom_it_is_assigned(suite: Actor) -> None:
    late, soon = (made(suite, "Calls", name=day, date_start=f"{day} 12:00:00", assigned_user_id="usr_alice") for day in ("2037-02-01", "2037-01-01"))
    made(suite, "Calls", name="held", date_start="2037-01-01 12:00:00", assigned_user_id="usr_alice", status="Held")
    made(suite, "Calls", name="of another", date_start="2037-01-01 12:00:00", assigned_user_id="usr_dora")
    assert [one["id"] for one in call(suite, "get_upcoming_activities")] == [soon, late]
    assert call(suite, "get_last_viewed", ["Calls"]) == []
