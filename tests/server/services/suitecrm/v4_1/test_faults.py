"""Every error of ours has a number that clients know, and says no more than it may."""

from __future__ import annotations

import pytest

from server.domain import errors
from server.domain.errors import JunctionError
from server.services.suitecrm.v4_1 import faults
from server.services.suitecrm.v4_1.faults import Refused, fault_of


@pytest.mark.parametrize(
    ("error", "number"),
    [
        (Refused(faults.NO_METHOD), "-1"),
        (Refused(faults.INVALID_LOGIN), 10),
        (errors.Unauthenticated(), 11),
        (errors.Missing(), 51),
        (errors.Denied(), 40),
        (errors.Invalid(), 1001),
        (errors.Unprocessable(), 1001),
        (errors.Conflict(), 1001),
        (errors.Stale(), 1001),
        (errors.Limited(), 60),
        (errors.Limited(code="sign_in_locked"), 10),
        (errors.Full(), 90),
        (errors.Later(), 90),
        (errors.Bug("the place in the source"), 90),
        (JunctionError("anything"), 90),
    ],
)
def test_an_error_has_its_number(error: JunctionError, number: int | str) -> None:
    found = fault_of(error)
    assert list(found) == ["name", "number", "description"]
    assert found["number"] == number


def test_what_is_wrong_with_a_record_is_told_and_what_is_wrong_inside_is_not() -> None:
    broken = errors.Unprocessable("Not valid.", faults=[errors.Fault("/email", "value_error", "Is no address")])
    assert fault_of(broken)["description"] == "The data sent is invalid. Not valid. email: Is no address"
    for secret in (errors.Bug("secret"), errors.Unauthenticated("secret"), errors.Missing("secret"), errors.Later("secret")):
        assert "secret" not in fault_of(secret)["description"]
