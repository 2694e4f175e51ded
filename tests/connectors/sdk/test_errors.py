"""The six errors say what went wrong, how it is known and what mends it."""

from __future__ import annotations

import pytest

from connectors.sdk.errors import CODES, ConnectorError, Later, Refused, refusal


def test_the_default_words_are_the_class_s_own() -> None:
    assert str(Refused()) == "The vendor refused this record."
    assert Refused().stable_code == "record_refused"


@pytest.mark.criterion("connectors-3")
def test_the_ways_in_which_a_connection_fails_have_a_code_and_a_remedy_each() -> None:
    wanted = {"invalid_credential", "scope_missing", "wrong_host", "host_unreachable", "clock_skewed"}
    assert wanted <= set(CODES)
    assert len({remedy for _, _, remedy in CODES.values()}) == len(CODES)


def test_a_refusal_is_of_the_kind_that_its_code_has() -> None:
    error = refusal("host_unreachable", after=3)
    assert isinstance(error, Later)
    assert (error.stable_code, error.after) == ("host_unreachable", 3)


def test_there_are_six() -> None:
    assert {kind.__name__ for kind in ConnectorError.__subclasses__()} == {"NeedsUser", "Later", "Refused", "Missing", "CursorExpired", "VendorBug"}
