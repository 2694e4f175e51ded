"""Activities by the fields that SuiteCRM has otherwise: status, parent and those who take part."""

from __future__ import annotations

from server.domain.actor import Actor
from server.services.suitecrm import beans
from server.services.suitecrm.beans import Reading
from server.services.suitecrm.modules import MODULES
from tests.server.crm import made
from tests.server.services.suitecrm.finding import found


def test_tasks_are_found_by_the_status_that_is_shown(suite: Actor) -> None:
    made(suite, "activity", type="task", subject="native")
    made(suite, "activity", type="task", subject="native done", done=True)
    for status in ("Not Started", "In Progress", "Completed"):
        beans.create(suite, MODULES["Tasks"], {"name": status, "status": status})
    assert found(suite, "Tasks", "status", "eq", "Not Started") == {"native", "Not Started"}
    assert found(suite, "Tasks", "status", "eq", "In Progress") == {"In Progress"}
    assert found(suite, "Tasks", "status", "in", ("Completed", "In Progress")) == {"native done", "Completed", "In Progress"}
    assert found(suite, "Tasks", "status", "ne", "Completed") == {"native", "Not Started", "In Progress"}
    for bean in beans.window(suite, MODULES["Tasks"], Reading(limit=9))[0]:
        assert bean["name"] in found(suite, "Tasks", "status", "eq", bean["status"])


def test_a_word_that_no_longer_agrees_with_whether_it_is_done_is_not_shown(suite: Actor) -> None:
    from server.services import records
    from tests.server.crm import kind, listed

    bean = beans.create(suite, MODULES["Calls"], {"name": "Ring", "status": "Not Held"})
    records.update(suite, kind("activity"), listed(suite, "activity")[0]["id"], {"done": True})
    assert beans.get(suite, MODULES["Calls"], bean["id"])["status"] == "Held"
    assert found(suite, "Calls", "status", "eq", "Held") == {"Ring"}


def test_activities_are_found_by_their_parent(suite: Actor) -> None:
    company, contact = made(suite, "company", name="Maple"), made(suite, "contact", last_name="Lee")
    made(suite, "activity", type="note", subject="of a company", company_id=company["id"], contact_id=contact["id"])
    made(suite, "activity", type="note", subject="of a contact", contact_id=contact["id"])
    made(suite, "activity", type="note", subject="of nobody")
    assert found(suite, "Notes", "parent_type", "eq", "Accounts") == {"of a company"}
    assert found(suite, "Notes", "parent_type", "ne", "Accounts") == {"of a contact", "of nobody"}
    assert found(suite, "Notes", "parent_type", "eq", "") == found(suite, "Notes", "parent_id", "eq", "") == {"of nobody"}
    assert found(suite, "Notes", "parent_type", "eq", "Cases") == set()
    assert found(suite, "Notes", "parent_id", "eq", beans.outside_id(contact)) == {"of a company", "of a contact"}
    assert found(suite, "Notes", "parent_id", "in", (beans.outside_id(company),)) == {"of a company"}


def test_those_who_got_a_mail_are_kept_apart_by_their_role(suite: Actor) -> None:
    module = MODULES["Emails"]
    written = {"name": "Hi", "from_addr": "Ann <a@example.com>", "to_addrs": "b@example.com, c@example.com", "cc_addrs": "d@example.com"}
    bean = beans.create(suite, module, written)
    changed = beans.update(suite, module, bean["id"], {"to_addrs": "e@example.com"})
    assert [changed[name] for name in ("from_addr", "to_addrs", "cc_addrs")] == ["a@example.com", "e@example.com", "d@example.com"]
    assert [changed[name] for name in ("from_addr_name", "to_addrs_names")] == ["a@example.com", "e@example.com"]
