"""What follows from a declaration: kinds, columns, statements and the way of a document into a row and back."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from server.store.declaration import ENVELOPE, Record, Resource, encode, kind_of
from server.store.fields import Boolean, CompanyId, Date, Decimal, Integer, Moment, Money, Text
from server.store.records import resources


class Sample(Record):
    """One field of each kind."""

    name: Text
    price: Money | None = None
    at: Moment | None = None
    on: Date | None = None
    ready: Boolean = False
    share: Decimal | None = None
    pieces: Integer | None = None
    size: Literal["s", "m"] | None = None
    company_id: CompanyId | None = None
    parts: list[str] = Field(default_factory=list)


SAMPLE = Resource(Sample, noun="sample", plural="samples", prefix="sam", indexed=("name",))


@pytest.mark.parametrize(
    ("annotation", "name"),
    [
        (Text | None, "text"),
        (Money, "money"),
        (Annotated[str, "nothing"], "text"),
        (Literal["a"] | None, "choice"),
        (list[str], "json"),
        (bool, "boolean"),
        (int | None, "integer"),
    ],
)
def test_the_kind_of_a_field_is_read_off_its_annotation(annotation: Any, name: str) -> None:
    assert kind_of(annotation).name == name


def test_a_reference_says_what_it_points_to() -> None:
    assert SAMPLE.fields["company_id"].reference == "company"


def test_money_takes_two_columns() -> None:
    assert [column.name for column in SAMPLE.own_columns if column.path[0] == "price"] == ["price_amount", "price_currency"]


def test_every_table_has_the_columns_of_every_record() -> None:
    assert {name for name, _ in ENVELOPE} <= {name for name, _ in SAMPLE.columns()}
    assert SAMPLE.create_table().startswith("CREATE TABLE samples (id TEXT PRIMARY KEY")


def test_lists_and_look_ups_have_an_index_that_begins_with_the_tenant() -> None:
    assert "CREATE INDEX IF NOT EXISTS samples_name ON samples (tenant_id, mode, name, id)" in SAMPLE.create_indexes()


def test_a_statement_has_a_mark_for_every_value() -> None:
    assert SAMPLE.insert_statement.count("?") == len(SAMPLE.columns())
    assert SAMPLE.update_statement.count("?") == len(SAMPLE.columns()) - 4 + 4


def test_values_are_stored_in_the_form_that_sorts_and_compares() -> None:
    document = {
        "name": "n",
        "price": {"amount": "12.34", "currency": "EUR"},
        "at": "2026-11-20T12:00:00.123Z",
        "on": "2026-11-20",
        "ready": True,
        "parts": ["a"],
    }
    found = {column.name: encode(column, document) for column in SAMPLE.own_columns}
    assert found["price_amount"] == 123_400
    assert found["price_currency"] == "EUR"
    assert (found["at"], found["on"], found["ready"], found["parts"], found["share"]) == (1_795_176_000_123, "2026-11-20", 1, '["a"]', None)


def test_nouns_plurals_prefixes_and_tables_are_unique() -> None:
    for attribute in ("noun", "plural", "prefix", "table"):
        values = [getattr(resource, attribute) for resource in resources()]
        assert len(set(values)) == len(values)
