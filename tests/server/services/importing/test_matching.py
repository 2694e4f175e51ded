"""A row finds its record by one field, normalised as the record has it."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Unprocessable
from server.services import records as service
from server.services.importing.matching import parse_match
from server.store.records import by_plural

CONTACTS, DEALS = by_plural()["contacts"], by_plural()["deals"]


def test_identity_is_the_resources_own_field_where_the_file_has_it() -> None:
    match = parse_match("identity", CONTACTS, {"email"})
    assert match is not None
    assert match.target == "email"
    assert parse_match("identity", CONTACTS, {"first_name"}) is None
    assert parse_match("identity", DEALS, {"name"}) is None


def test_no_match_is_asked_for_by_null() -> None:
    assert parse_match(None, CONTACTS, {"email"}) is None


def test_the_key_is_the_value_as_it_is_stored() -> None:
    match = parse_match("email", CONTACTS, {"email"})
    assert match is not None
    assert match.key({"email": "ADA@X.io"}) == "ada@x.io"
    assert match.key({}) is None
    with pytest.raises(Unprocessable) as refusal:
        match.key({"email": "nobody"})
    assert refusal.value.faults[0].pointer == "/email"


@pytest.mark.parametrize("text", ["last_name", "company_id", "emial", "external_id:shop", "name"])
def test_a_match_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(Unprocessable) as refusal:
        parse_match(text, CONTACTS, {"email", "last_name"})
    assert refusal.value.stable_code == "bad_match"


def test_a_record_is_found_in_its_own_tenant_only(alice: Actor, charlie: Actor) -> None:
    made = service.create(alice, CONTACTS, {"email": "ada@x.io", "external_ids": {"shop": "7"}})
    by_email, by_shop = parse_match("email", CONTACTS, {"email"}), parse_match("external_id:shop", CONTACTS, {"external_ids.shop"})
    assert by_email is not None
    assert by_shop is not None
    assert by_email.find(alice, "ada@x.io") == by_shop.find(alice, "7") == made["id"]
    assert by_shop.key({"external_ids": {"shop": "7"}}) == "7"
    assert by_email.find(charlie, "ada@x.io") is by_shop.find(charlie, "7") is None
