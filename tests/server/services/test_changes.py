"""A merge patch leaves out what stays, and says null only where there may be nothing."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from server.services.changes import Change


class Label(Change):
    """A thing with one field that can be empty."""

    clearable = frozenset({"note"})

    name: str | None = None
    note: str | None = None
    size: int | str | None = None


def test_what_is_left_out_stays_and_null_empties_what_can_be_empty() -> None:
    assert Label.model_validate({"note": None}).model_dump(exclude_unset=True) == {"note": None}


@pytest.mark.parametrize(("body", "field"), [({"name": None}, "name"), ({"other": 1}, "other")])
def test_null_elsewhere_and_unknown_fields_are_refused_by_name(body: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Label.model_validate(body)
    assert [error["loc"] for error in refused.value.errors()] == [(field,)]


def test_the_schema_calls_only_that_nullable_which_is() -> None:
    described = Label.model_json_schema()["properties"]
    assert described["name"] == {"title": "Name", "type": "string"}
    assert described["note"]["anyOf"] == [{"type": "string"}, {"type": "null"}]
    assert described["size"]["anyOf"] == [{"type": "integer"}, {"type": "string"}]
