"""Errors as plain problem documents."""

from __future__ import annotations

from server.domain.errors import Bug, Fault, JunctionError, Stale, Unprocessable
from server.domain.problems import described, status_of


class Strange(JunctionError):
    """Something new."""


def test_the_nearest_class_decides_the_status_and_what_is_unknown_is_our_fault() -> None:
    assert (status_of(Stale()), status_of(Unprocessable()), status_of(Strange())) == (412, 422, 500)


def test_a_document_names_every_broken_part_and_carries_further_members() -> None:
    error = Unprocessable("No.", code="bad", faults=[Fault("/a", "missing", "It is missing.")], hint="b")
    assert described(error, "req_1", "/x") == {
        "type": "/developers/errors/bad",
        "title": "Validation failed",
        "status": 422,
        "detail": "No.",
        "instance": "/x",
        "code": "bad",
        "request_id": "req_1",
        "hint": "b",
        "errors": [{"pointer": "/a", "code": "missing", "detail": "It is missing."}],
    }


def test_a_fault_of_ours_tells_nothing_of_its_inside() -> None:
    assert "hunter2" not in str(described(Bug("hunter2", secret="hunter2"), "req_1", "/x"))
