"""Names stand for records only where they can mean one, and never for those of another tenant."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Unprocessable
from server.services import records as service
from server.services.importing.references import References, make_company
from server.store.records import by_plural
from tests.tenants import PEOPLE

CONTACTS, COMPANIES, DEALS = (by_plural()[plural] for plural in ("contacts", "companies", "deals"))


def test_names_domains_and_addresses_become_ids(alice: Actor) -> None:
    acme = service.create(alice, COMPANIES, {"name": "Acme", "domain": "acme.example"})["id"]
    ada = service.create(alice, CONTACTS, {"email": "ada@x.io"})["id"]
    references = References(alice, DEALS, None)
    assert references.resolve({"company_id": "Acme", "contact_id": "Ada@X.io"}) == {"company_id": acme, "contact_id": ada}
    assert references.resolve({"company_id": "ACME.example", "name": "Acme"}) == {"company_id": acme, "name": "Acme"}
    assert references.resolve({"company_id": acme, "contact_id": None}) == {"company_id": acme, "contact_id": None}


def test_all_that_cannot_be_resolved_is_named_at_once(alice: Actor, charlie: Actor) -> None:
    service.create(charlie, COMPANIES, {"name": "Acme"})
    with pytest.raises(Unprocessable) as refusal:
        References(alice, DEALS, None).resolve({"company_id": "Acme", "contact_id": "ada@x.io"})
    assert [fault.pointer for fault in refusal.value.faults] == ["/contact_id", "/company_id"]


def test_an_owner_may_be_named_by_address_within_the_tenant(alice: Actor, charlie: Actor) -> None:
    assert set(PEOPLE) >= {"alice", "charlie"}
    references = References(alice, CONTACTS, None)
    assert references.resolve({"owner_id": "usr_alice"}) == {"owner_id": "usr_alice"}
    with pytest.raises(Unprocessable):
        references.resolve({"owner_id": "charlie@example.com"})


def test_a_missing_company_is_made_once_and_again_after_a_rollback(alice: Actor) -> None:
    made: list[str] = []

    def make(name: str) -> str:
        made.append(name)
        return str(make_company(alice, name)["id"])

    references = References(alice, CONTACTS, make)
    first = references.resolve({"company_id": "Acme"})
    assert (references.resolve({"company_id": "Acme"}), made) == (first, ["Acme"])
    references.forget()
    assert (references.resolve({"company_id": "Acme"}), made) == (first, ["Acme"])


def test_a_company_known_by_its_domain_has_it(alice: Actor) -> None:
    found = make_company(alice, "acme.example")
    assert (found["name"], found["domain"]) == ("acme.example", "acme.example")
    assert make_company(alice, "Co.KG.")["domain"] is None
