"""The door of v4_1: which status a fault has, and that each of its addresses takes both methods."""

from __future__ import annotations

import json

import pytest

from server.domain import errors
from server.domain.errors import JunctionError
from server.web.suitecrm import v4_1


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.Invalid(), 200),
        (errors.Denied(), 200),
        (errors.Unauthenticated(), 200),
        (errors.Missing(), 200),
        (errors.Unsupported(), 415),
        (errors.TooLarge(), 413),
        (errors.Limited(retry_after=7), 429),
        (errors.Later(), 503),
        (errors.Full(), 507),
        (errors.Bug(), 500),
    ],
)
def test_a_fault_is_a_200_unless_the_call_was_not_even_understood(error: JunctionError, status: int) -> None:
    found = v4_1.refusal(error)
    assert (found.status, found.content_type) == (status, "application/json; charset=UTF-8")
    assert set(json.loads(found.body)) == {"name", "number", "description"}
    assert found.headers == ({"Retry-After": "7"} if error.retry_after else {})


def test_every_address_takes_both_methods_and_is_in_nobodys_document() -> None:
    assert {(route.method, route.path) for route in v4_1.ROUTES} == {
        (method, f"{before}/service/{version}{script}")
        for method in ("GET", "POST")
        for before in ("", "/legacy")
        for version in ("v4_1", "v4")
        for script in ("", "/rest.php")
    }
    assert [route.name for route in v4_1.ROUTES if route.described or route.protocol != v4_1.PROTOCOL] == []
