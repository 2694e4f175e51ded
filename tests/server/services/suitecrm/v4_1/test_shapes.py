"""The forms in which beans leave."""

from __future__ import annotations

from server.services.suitecrm.modules import MODULES
from server.services.suitecrm.v4_1 import shapes

BEAN = {"id": "1", "name": "Maple"}
PAIR = {"name": {"name": "name", "value": "Maple"}}


def test_a_bean_is_an_object_of_pairs() -> None:
    assert shapes.pairs(BEAN, ["name"]) == PAIR
    assert list(shapes.pairs(BEAN)) == ["id", "name"]
    assert shapes.entry(MODULES["Accounts"], BEAN, ["name"]) == {"id": "1", "module_name": "Accounts", "name_value_list": PAIR}


def test_what_is_gone_is_a_list_of_pairs() -> None:
    assert [one["name"] for one in shapes.gone(MODULES["Accounts"], "1")["name_value_list"]] == ["warning", "deleted"]


def test_related_records_are_wrapped_or_not() -> None:
    linked = {"accounts": [PAIR]}
    assert shapes.unwrapped(linked) == [{"name": "accounts", "records": [PAIR]}]
    assert shapes.wrapped(linked) == {"link_list": [{"name": "accounts", "records": [{"link_value": PAIR}]}]}
