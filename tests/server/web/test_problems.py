"""Errors become problem documents in one place, each class with its status."""

from __future__ import annotations

import inspect
import json

import pytest

from server.domain import errors
from server.domain.errors import Bug, Fault, JunctionError, Limited, NeedsUser, Stale, Unauthenticated, Unprocessable
from server.web import problems

CLASSES = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, JunctionError) and kind is not JunctionError]


@pytest.mark.parametrize("kind", CLASSES)
def test_every_class_of_errors_has_a_status_with_a_title(kind: type[JunctionError]) -> None:
    found = problems.problem(kind(), "req_1", "/x")
    document = json.loads(found.body)
    assert found.status == document["status"] >= 400
    assert document["title"] == problems.TITLES[found.status] != "Error"
    assert found.content_type == "application/problem+json"
    assert set(document) >= {"type", "title", "status", "detail", "instance", "code", "request_id"}


def test_our_own_fault_says_nothing_but_its_request_id() -> None:
    document = json.loads(problems.problem(Bug("password is hunter2", secret="hunter2"), "req_1", "/x").body)
    assert "hunter2" not in json.dumps(document)
    assert "req_1" in document["detail"]


def test_faults_and_further_members_are_shown() -> None:
    document = json.loads(problems.problem(Unprocessable(faults=[Fault("/a", "missing", "It is missing.")], hint="b"), "req_1", "/x").body)
    assert document["errors"] == [{"pointer": "/a", "code": "missing", "detail": "It is missing."}]
    assert document["hint"] == "b"


def test_a_refusal_says_when_to_come_back() -> None:
    assert problems.problem(Limited(retry_after=3), "req_1", "/x").headers["Retry-After"] == "3"


@pytest.mark.parametrize(
    ("error", "challenge"), [(Unauthenticated(), 'Bearer realm="junction"'), (NeedsUser(), 'Bearer realm="junction", error="invalid_token"')]
)
def test_who_is_unknown_hears_how_to_present_a_credential(error: JunctionError, challenge: str) -> None:
    assert problems.problem(error, "req_1", "/x").headers["WWW-Authenticate"] == challenge


def test_whoever_is_late_gets_the_current_tag() -> None:
    assert problems.problem(Stale(current=7), "req_1", "/x").headers["ETag"] == '"7"'


def test_an_unknown_class_is_ours() -> None:
    class Strange(JunctionError):
        """Nobody knows."""

    assert problems.status_of(Strange()) == 500
