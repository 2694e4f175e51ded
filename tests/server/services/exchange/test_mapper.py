"""Rows become nested bodies; what does not convert is named by line and column."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import Unprocessable
from server.services.exchange.conventions import Convention
from server.services.exchange.mapper import Mapper, split_name
from server.services.exchange.mapping import FieldHint
from server.services.exchange.row import Row

FIELDS = [
    FieldHint("first_name", "text"),
    FieldHint("last_name", "text"),
    FieldHint("email", "email", required=True),
    FieldHint("address.city", "text"),
    FieldHint("address.country", "text"),
    FieldHint("value", "money"),
    FieldHint("custom.size", "decimal"),
    FieldHint("external_ids", "object"),
    FieldHint("close_date", "date"),
]
MAPPING = {"Mail": "email", "Ort": "address.city", "Land": "address.country", "Größe": "custom.size", "Shop-Nr.": "external_ids.shop.eu"}


def test_a_row_becomes_a_nested_body_and_other_columns_are_left_out() -> None:
    row = Row(2, {"Mail": " a@b.example ", "Ort": "Köln", "Land": "DE", "Größe": "1,5", "Shop-Nr.": 17, "Notiz": "x"})
    assert Mapper(MAPPING, FIELDS).apply(row) == (
        {"email": "a@b.example", "address": {"city": "Köln", "country": "DE"}, "custom": {"size": 1.5}, "external_ids": {"shop.eu": "17"}},
        [],
    )


def test_blank_cells_leave_fields_alone_unless_they_are_to_clear_them() -> None:
    row = Row(2, {"Mail": "a@b.example", "Ort": "  ", "Land": None})
    assert Mapper({"Mail": "email", "Ort": "address.city"}, FIELDS).apply(row)[0] == {"email": "a@b.example"}
    clearing = Mapper({"Mail": "email", "Ort": "address.city"}, FIELDS, clear_blanks=True)
    assert clearing.apply(row)[0] == {"email": "a@b.example", "address": {"city": None}}


def test_every_bad_cell_of_a_row_is_named() -> None:
    mapper = Mapper({"Mail": "email", "Größe": "custom.size", "Ort": "address.city"}, FIELDS)
    _, errors = mapper.apply(Row(7, {"Mail": "nobody", "Größe": "viel", "Ort": "Köln"}))
    assert [(error.line, error.column, error.code) for error in errors] == [(7, "Mail", "invalid_value"), (7, "Größe", "invalid_value")]
    assert errors[0].reason == "'nobody' is not an email address"
    assert errors[0].cells["Ort"] == "Köln"


def test_a_required_field_that_is_blank_is_an_error() -> None:
    _, errors = Mapper({"Mail": "email"}, FIELDS).apply(Row(3, {"Mail": ""}))
    assert [(error.column, error.code) for error in errors] == [("Mail", "required")]
    _, errors = Mapper({"Mail": "email"}, FIELDS, clear_blanks=True).apply(Row(3, {"Mail": ""}))
    assert [error.code for error in errors] == ["required"]


@pytest.mark.parametrize(
    ("mapping", "cells"),
    [
        ({"Betrag": "value", "Währung": "value.currency"}, {"Betrag": "12,50", "Währung": "CHF"}),
        ({"Währung": "value.currency", "Betrag": "value"}, {"Betrag": "12,50", "Währung": "CHF"}),
        ({"Währung": "value.currency", "Betrag": "value.amount"}, {"Betrag": "12,50", "Währung": "CHF"}),
        ({"Betrag": "value"}, {"Betrag": "12,50 CHF"}),
    ],
)
def test_money_from_one_column_or_from_two_is_the_same(mapping: dict[str, str], cells: dict[str, str]) -> None:
    body, errors = Mapper({"Mail": "email", **mapping}, FIELDS).apply(Row(2, {"Mail": "a@b.example", **cells}))
    assert (body["value"], errors) == ({"amount": "12.50", "currency": "CHF"}, [])


def test_each_column_has_its_own_convention() -> None:
    fields = [FieldHint("close_date", "date"), FieldHint("due", "date")]
    mapper = Mapper({"a": "close_date", "b": "due"}, fields, {"a": Convention(day_first=False)})
    assert mapper.apply(Row(2, {"a": "3/4/2026", "b": "3/4/2026"}))[0] == {"close_date": "2026-03-04", "due": "2026-04-03"}


def test_a_full_name_is_split() -> None:
    body, _ = Mapper({"Name": "full_name", "Mail": "email"}, FIELDS).apply(Row(2, {"Name": "Carol van Dyke", "Mail": "a@b.example"}))
    assert body == {"first_name": "Carol", "last_name": "van Dyke", "email": "a@b.example"}
    assert split_name("van Dyke, Carol") == {"first_name": "Carol", "last_name": "van Dyke"}
    assert split_name("Carol") == {"last_name": "Carol"}
    assert split_name("") == {}


@given(st.text("ab ,", max_size=12))
def test_splitting_a_name_loses_no_letter(name: str) -> None:
    parts = split_name(name)
    assert sorted("".join(parts.values()).replace(" ", "").replace(",", "")) == sorted(name.replace(" ", "").replace(",", ""))


def test_a_mapping_that_cannot_be_used_is_refused_with_every_fault() -> None:
    with pytest.raises(Unprocessable) as refusal:
        Mapper({"a/b": "nonsense", "c": "address.city", "d": "address.city"}, FIELDS)
    assert refusal.value.stable_code == "bad_mapping"
    assert [(fault.pointer, fault.code) for fault in refusal.value.faults] == [
        ("/mapping/a~1b", "unknown_field"),
        ("/mapping/d", "field_fed_twice"),
        ("/mapping", "required"),
    ]
    with pytest.raises(Unprocessable):
        Mapper({}, [])
