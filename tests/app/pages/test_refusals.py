"""Refusals: English as they came, in other languages explained first, and the console's own words translated whole."""

from __future__ import annotations

import pytest

from app.client.errors import ClientError, Unreachable, refusal
from app.pages.refusals import CODES, KINDS, told
from app.system.languages import use
from server.domain import error_codes

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
