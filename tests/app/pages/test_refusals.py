"""Refusals: English as they came, in other languages explained first, and the console's own words translated whole."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import pytest
from pydantic import BaseModel, Field, ValidationError

from app.client.errors import ClientError, Fault, Unreachable, refusal
from app.pages.refusals import CODES, KINDS, faulted, told
from app.system.languages import use
from server.domain import error_codes
from server.services.records import faults_of

TAKEN = refusal(409, {"detail": "The name 'Shop' is taken.", "code": "name_taken"})
ODD = refusal(403, {"detail": "Not today.", "code": "never_heard_of"})


@pytest.mark.parametrize(
    ("code", "error", "words"),
    [
        ("en", TAKEN, "The name 'Shop' is taken."),
        ("de", TAKEN, "Etwas dieser Art heißt schon so. (The name 'Shop' is taken.)"),
        ("de", ODD, "Ihre Rolle erlaubt das nicht. (Not today.)"),
        ("de", Unreachable("{url} does not answer.", url="http://a"), "http://a antwortet nicht."),
        ("es", refusal(503, None), "La appliance respondió 503."),
        ("de", ClientError(), "Etwas ist schiefgegangen."),
        ("en", refusal(400, {"detail": "The place {name} is odd."}), "The place {name} is odd."),
    ],
)
def test_a_refusal_is_told_in_the_users_language(code: str, error: ClientError, words: str) -> None:
    use(code)
    assert told(error) == words


def test_every_code_that_is_explained_is_one_of_the_appliance() -> None:
    assert sorted(set(CODES) - set(error_codes.CODES)) == []


def test_every_kind_of_refusal_is_explained() -> None:
    assert {type(refusal(status, None)) for status in (400, 401, 403, 404, 409, 429, 500)} == set(KINDS)


@pytest.mark.parametrize(
    ("language", "fault", "words"),
    [
        ("en", Fault("/name", "Field required", "missing"), "This is needed."),
        ("de", Fault("/name", "String should have at most 80 characters", "string_too_long"), "Höchstens 80 Zeichen."),
        ("en", Fault("/probability", "Input should be less than or equal to 100.5", "less_than_equal"), "At most 100.5."),
        ("de", Fault("/x", "Without any number.", "string_too_long"), "Without any number."),
        ("de", Fault("/x", "An odd thing.", "never_heard_of"), "An odd thing."),
        ("en", Fault("/x", "There is no field 'stagge'.", "unknown_field"), "There is no field 'stagge'."),
        ("de", Fault("/x", "There is no field 'stagge'.", "unknown_field"), "Dieses Feld gibt es nicht. (There is no field 'stagge'.)"),
    ],
)
def test_a_fault_is_told_by_its_code_with_the_bound_that_the_appliance_names(language: str, fault: Fault, words: str) -> None:
    use(language)
    assert faulted(fault) == words


class Everything(BaseModel):
    """A body with a field of each kind."""

    short: str = Field(min_length=3)
    long: str = Field(max_length=3)
    form: str = Field(pattern="^a$")
    text: str
    few: list[int] = Field(min_length=2)
    many: list[int] = Field(max_length=1)
    least: int = Field(ge=5)
    most: int = Field(le=5)
    number: int
    answer: bool
    day: date
    moment: datetime
    choice: Literal["a", "b"]
    needed: str


def test_what_validation_finds_is_known_by_its_codes() -> None:
    body = dict.fromkeys(("short", "long", "form"), "bbbb") | {"short": "b", "text": 5, "few": [1], "many": [1, 2], "least": 1, "most": 9}
    with pytest.raises(ValidationError) as caught:
        Everything.model_validate(body | {"number": "x", "answer": "x", "day": "x", "moment": "x", "choice": "x"})
    found = [Fault(fault.pointer, fault.detail, fault.code) for fault in faults_of(caught.value)]
    assert len(found) == len(Everything.model_fields)
    assert [fault for fault in found if faulted(fault) == fault.detail] == []
