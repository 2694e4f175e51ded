"""What a table shows of a document."""

from __future__ import annotations

import pytest

from server.services.exchange.convert import convert
from server.services.exporting.columns import Column, listed, table_of
from server.store.records import by_noun


def names(noun: str, fields: list[str] | None = None) -> list[str]:
    return [column.name for column in table_of(by_noun()[noun], [("size", "number")], fields).columns]


def test_a_column_has_the_name_that_the_import_takes() -> None:
    found = names("deal")
    assert found[0] == "id"
    assert {"value.amount", "value.currency", "custom.size", "external_ids", "tags", "created_at", "version"} <= set(found)
    assert "address.city" in names("contact")


def test_chosen_fields_come_in_the_order_they_were_named_with_all_their_parts() -> None:
    assert names("deal", ["name", "value", "id", "custom", "name"]) == ["name", "value.amount", "value.currency", "id", "custom.size"]


def test_a_value_becomes_one_cell() -> None:
    document = {"address": {"city": "Köln"}, "items": [{"quantity": 1}], "tags": ["a", "b"], "done": False, "custom": {}, "n": 0}
    cells = [
        Column("x", path).cell(document) for path in (("address", "city"), ("items",), ("tags",), ("done",), ("custom",), ("n",), ("no", "thing"))
    ]
    assert cells == ["Köln", '[{"quantity":1}]', "a, b", False, None, 0, None]


@pytest.mark.parametrize("values", [["a", "b"], ["a, b"], ["a;b", "c"], ["[x"], ["a\nb"], ["a|b"], ["a", "a b"], ["x\ry"], ["7"]])
def test_a_list_reads_as_it_was(values: list[str]) -> None:
    assert convert("list", listed(values)) == values
    assert listed([]) is None
