"""Errors of the client: what kind a refusal is, and what it says."""

from __future__ import annotations

import pytest

from app.client.errors import Broken, Conflicting, Forbidden, Invalid, Limited, Missing, Refused, SignedOut, refusal

DOCUMENT = {"title": "Validation failed", "detail": "Two things.", "code": "validation_failed", "request_id": "req_1"}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Invalid),
        (401, SignedOut),
        (403, Forbidden),
        (404, Missing),
        (409, Conflicting),
        (412, Conflicting),
        (422, Invalid),
        (429, Limited),
        (503, Broken),
    ],
)
def test_a_refusal_is_told_by_what_to_do_next(status: int, kind: type[Refused]) -> None:
    assert type(refusal(status, DOCUMENT)) is kind


def test_a_refusal_says_what_the_problem_document_says() -> None:
    found = refusal(422, {**DOCUMENT, "errors": [{"pointer": "/name", "code": "missing", "detail": "Field required"}]})
    assert str(found) == "Two things."
    assert (found.problem.code, found.problem.request_id, found.problem.faults) == (
        "validation_failed",
        "req_1",
        (("/name", "Field required", "missing"),),
    )


def test_a_refusal_without_a_problem_document_still_says_something() -> None:
    assert str(refusal(502, "<html>")) == "The appliance answered 502."
