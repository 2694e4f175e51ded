"""Names are looked up strictly, with a hint; the tenant's own fields are there with their suffix."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Invalid
from server.domain.filters import Sort
from server.services import custom_fields
from server.services.custom_fields import NewField
from server.services.suitecrm import beans, translate
from server.services.suitecrm.modules import MODULES
from tests.server.crm import made

ACCOUNTS = MODULES["Accounts"]


def test_a_module_is_found_by_its_name_and_by_that_of_its_records() -> None:
    assert translate.module_of("Accounts") is translate.module_of("Account") is ACCOUNTS
    with pytest.raises(Invalid, match="Accounts"):
        translate.module_of("Acounts")


def test_the_tenants_own_fields_are_there_with_their_suffix(suite: Actor, charlie: Actor) -> None:
    custom_fields.create(suite, "companies", NewField(name="plate", type="text"))
    custom_fields.create(suite, "companies", NewField(name="seats", type="number"))
    assert {"plate_c", "seats_c"} <= set(translate.fields_of(suite, ACCOUNTS))
    assert "plate_c" not in translate.fields_of(charlie, ACCOUNTS)
    assert "account_type_c" not in translate.fields_of(suite, ACCOUNTS), "what has a name there already has no second one"
    bean = beans.create(suite, ACCOUNTS, {"name": "Maple", "plate_c": "B-XY 1", "seats_c": "4"})
    assert (bean["plate_c"], bean["seats_c"]) == ("B-XY 1", "4")


def test_only_the_fields_that_are_named_are_read(suite: Actor) -> None:
    company = made(suite, "company", name="Maple")
    assert set(beans.get(suite, ACCOUNTS, beans.outside_id(company), {"name"})) == {"id", "name"}


def test_what_is_read_only_is_passed_over_and_what_is_unknown_is_refused(suite: Actor) -> None:
    assert translate.patch(suite, ACCOUNTS, {"date_entered": "2020-01-01 00:00:00", "created_by": "x", "module_name": "Accounts"}, {}) == {}
    with pytest.raises(Invalid, match="Property nmae in Account module is invalid"):
        translate.patch(suite, ACCOUNTS, {"nmae": "x"}, {})


def test_an_order_and_a_test_name_what_they_do_not_know(suite: Actor) -> None:
    assert translate.sort_key(ACCOUNTS, ACCOUNTS.fields, "date_entered", descending=True) == Sort(("created_at",), descending=True)
    for name in ("nmae", "assigned_user_name"):
        with pytest.raises(Invalid, match=name):
            translate.sort_key(ACCOUNTS, ACCOUNTS.fields, name, descending=False)
    for name, operator in (("nmae", "eq"), ("name", "is")):
        with pytest.raises(Invalid):
            translate.condition(suite, ACCOUNTS, ACCOUNTS.fields, name, operator, "x")
