"""Annotations become the types that their values have."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLNonNull, GraphQLObjectType, GraphQLString
from pydantic import BaseModel

from server.store.declaration import Kind
from server.store.fields import Address, Boolean, Date, Decimal, Integer, LineItem, Moment, Money, Text
from server.web.graphql.shapes import Shapes


@pytest.mark.parametrize(
    ("annotation", "read"),
    [
        (Text, "String"),
        (Text | None, "String"),
        (Moment | None, "DateTime"),
        (Date, "Date"),
        (Boolean, "Boolean"),
        (Integer, "Float"),
        (Decimal, "Float"),
        (Annotated[str, Kind("reference", "contact")], "ID"),
        (Money | None, "Money"),
        (Address, "Address"),
        (list[LineItem], "[LineItem!]"),
        (dict[str, Any], "JSON"),
        (Any, "JSON"),
        (Literal["open", "won"], "x"),
        (Literal["open", "not open"], "String"),
        (Literal["true", "false"], "String"),
        (Literal["__private"], "String"),
    ],
)
def test_an_annotation_becomes_a_type(annotation: Any, read: str) -> None:
    assert str(Shapes().output(annotation, "x")) == read


def test_a_nested_model_is_one_type_for_reading_and_one_for_writing() -> None:
    shapes = Shapes()
    read, written = shapes.output(Address, "a"), shapes.input(Address, "a")
    assert isinstance(read, GraphQLObjectType)
    assert isinstance(written, GraphQLInputObjectType)
    assert (written.name, set(written.fields)) == ("AddressInput", set(read.fields))
    assert shapes.output(Address | None, "b") is read
    assert shapes.input(Address | None, "b") is written


def test_a_choice_is_one_enumeration_for_both() -> None:
    shapes = Shapes()
    found = shapes.output(Literal["a", "b"], "Kind")
    assert isinstance(found, GraphQLEnumType)
    assert shapes.input(Literal["a", "b"], "Kind") is found
    assert set(found.values) == {"a", "b"}


class Thing(BaseModel):
    name: str
    note: str | None = None


def test_what_is_required_is_required_unless_it_is_a_part() -> None:
    whole, part = (Shapes().input_fields(Thing, partial=partial) for partial in (False, True))
    assert isinstance(whole["name"].type, GraphQLNonNull)
    assert whole["note"].type is part["name"].type is GraphQLString
