"""What each type of field accepts, what it makes of it, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from server.store import fields

ACCEPTED: list[tuple[Any, Any, Any]] = [
    (fields.Email, "Ada@Example.COM", "ada@example.com"),
    (fields.Email, "jörg@müller.example", "jörg@müller.example"),
    (fields.Phone, "+49 (30) 123-45 ext 6", "+49 (30) 123-45 ext 6"),
    (fields.Domain, "Example.com", "example.com"),
    (fields.Date, "2026-11-20", "2026-11-20"),
    (fields.Moment, "2026-11-20T13:00:00+01:00", "2026-11-20T12:00:00.000Z"),
    (fields.Moment, "2026-11-20T12:00:00Z", "2026-11-20T12:00:00.000Z"),
    (fields.Percent, 50, 50.0),
    (fields.Boolean, True, True),
]
REFUSED: list[tuple[Any, Any]] = [
    (fields.Email, "ada"),
    (fields.Email, "ada@localhost"),
    (fields.Email, "a b@example.com"),
    (fields.Email, "ada@example.com, bob@example.com"),
    (fields.Email, "x" * 250 + "@example.com"),
    (fields.Phone, "call me"),
    (fields.Domain, "http://example.com"),
    (fields.Date, "20.11.2026"),
    (fields.Date, "2026-02-30"),
    (fields.Date, 5),
    (fields.Moment, "yesterday"),
    (fields.Moment, 1_795_176_000),
    (fields.Percent, 101),
    (fields.Integer, 2**63),
    (fields.Integer, "5"),
    (fields.Boolean, 1),
    (fields.Text, "x" * 501),
    (fields.Decimal, float("inf")),
]


@pytest.mark.parametrize(("kind", "given", "stored"), ACCEPTED)
def test_a_value_is_brought_into_one_form(kind: Any, given: Any, stored: Any) -> None:
    assert TypeAdapter(kind).validate_python(given) == stored


@pytest.mark.parametrize(("kind", "given"), REFUSED)
def test_what_is_something_else_is_refused(kind: Any, given: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(given)


def test_money_is_exact_and_names_a_currency() -> None:
    found = TypeAdapter(fields.Money).validate_python({"amount": "12.3", "currency": "eur"})
    assert found.model_dump() == {"amount": "12.30", "currency": "EUR"}


@pytest.mark.parametrize(
    "given", [{"amount": 12.3, "currency": "EUR"}, {"amount": "12.3"}, {"amount": "1", "currency": "ZZZ"}, {"amount": "1e5", "currency": "EUR"}]
)
def test_money_in_another_form_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(fields.Money).validate_python(given)
