"""Links are made, listed and parted from either end, and never silently replace what cannot be kept beside."""

from __future__ import annotations

import uuid

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied, Invalid, Missing
from server.services.suitecrm import beans, links, translate
from server.services.suitecrm.beans import Reading
from server.services.suitecrm.modules import MODULES
from tests.server.crm import limited, viewer

ACCOUNTS, CONTACTS, OPPORTUNITIES = MODULES["Accounts"], MODULES["Contacts"], MODULES["Opportunities"]


def related(actor: Actor, module: str, bean_id: str, link: str, **reading: object) -> list[str]:
    """Return the names of what is behind a link."""
    found = links.window(actor, MODULES[module], bean_id, MODULES[module].links[link], Reading(**reading))  # type: ignore[arg-type]
    return sorted(bean["name"] for bean in found[0])


def test_a_link_is_there_from_both_ends(suite: Actor) -> None:
    account = beans.create(suite, ACCOUNTS, {"name": "Maple"})["id"]
    contact = beans.create(suite, CONTACTS, {"last_name": "Lee"})["id"]
    links.relate(suite, ACCOUNTS, account, ACCOUNTS.links["contacts"], contact)
    links.relate(suite, CONTACTS, contact, CONTACTS.links["accounts"], account)
    assert (related(suite, "Accounts", account, "contacts"), related(suite, "Contacts", contact, "accounts")) == (["Lee"], ["Maple"])
    links.part(suite, CONTACTS, contact, CONTACTS.links["accounts"], account)
    assert related(suite, "Accounts", account, "contacts") == related(suite, "Contacts", contact, "accounts") == []
    with pytest.raises(Missing):
        links.part(suite, ACCOUNTS, account, ACCOUNTS.links["contacts"], contact)


def test_what_is_behind_a_link_is_filtered_too(suite: Actor) -> None:
    account = beans.create(suite, ACCOUNTS, {"name": "Maple"})["id"]
    for name in ("Lee", "Low"):
        beans.create(suite, CONTACTS, {"last_name": name, "account_id": account})
    where = translate.condition(suite, CONTACTS, CONTACTS.fields, "last_name", "eq", "Low")
    assert related(suite, "Accounts", account, "contacts", where=where) == ["Low"]
    assert related(suite, "Accounts", account, "leads") == []


def test_an_account_takes_the_place_of_another(suite: Actor) -> None:
    first, second = (beans.create(suite, ACCOUNTS, {"name": name})["id"] for name in ("Maple", "Oak"))
    deal = beans.create(suite, OPPORTUNITIES, {"name": "Big"})["id"]
    for account in (first, second):
        links.relate(suite, OPPORTUNITIES, deal, OPPORTUNITIES.links["accounts"], account)
    assert related(suite, "Opportunities", deal, "accounts") == ["Oak"]


@pytest.mark.parametrize("name", ["Opportunities", "Calls", "Meetings", "Emails", "Documents"])
def test_several_people_share_one_record_and_each_of_them_has_it(suite: Actor, name: str) -> None:
    module = MODULES[name]
    shared = beans.create(suite, module, {"name": "Big"})["id"]
    people = {last: beans.create(suite, CONTACTS, {"last_name": last})["id"] for last in ("Abbott", "Berger", "Costa")}
    links.relate(suite, module, shared, module.links["contacts"], people["Abbott"])
    links.relate(suite, CONTACTS, people["Berger"], CONTACTS.links[name.lower()], shared)
    for _ in range(2):
        links.relate(suite, module, shared, module.links["contacts"], people["Costa"])
    assert related(suite, name, shared, "contacts") == ["Abbott", "Berger", "Costa"]
    assert [related(suite, "Contacts", one, name.lower()) for one in people.values()] == [["Big"]] * 3
    links.part(suite, module, shared, module.links["contacts"], people["Abbott"])
    links.part(suite, CONTACTS, people["Costa"], CONTACTS.links[name.lower()], shared)
    assert related(suite, name, shared, "contacts") == ["Berger"]
    assert [related(suite, "Contacts", one, name.lower()) for one in people.values()] == [[], ["Big"], []]
    assert "further_contacts_c" not in translate.fields_of(suite, module)


def test_links_are_found_by_name_and_by_module(suite: Actor) -> None:
    assert links.link_of(ACCOUNTS, "contacts") is links.link_to(ACCOUNTS, CONTACTS)
    with pytest.raises(Invalid, match="contacts"):
        links.link_of(ACCOUNTS, "contact")
    with pytest.raises(Invalid):
        links.link_to(ACCOUNTS, ACCOUNTS)
    with pytest.raises(Missing):
        links.relate(suite, ACCOUNTS, str(uuid.uuid4()), ACCOUNTS.links["contacts"], str(uuid.uuid4()))


def test_nobody_relates_what_they_may_not_write_or_see(suite: Actor, charlie: Actor) -> None:
    account = beans.create(suite, ACCOUNTS, {"name": "Maple"})["id"]
    contact = beans.create(suite, CONTACTS, {"last_name": "Lee"})["id"]
    link = ACCOUNTS.links["contacts"]
    for actor in (viewer(suite), limited(suite, "companies:write"), limited(suite, "contacts:write")):
        with pytest.raises(Denied):
            links.relate(actor, ACCOUNTS, account, link, contact)
    with pytest.raises(Missing):
        links.relate(charlie, ACCOUNTS, account, link, contact)
