"""Requests as they come."""

from __future__ import annotations

import pytest
from authlib.oauth2.rfc6749 import InvalidRequestError

from server.services.oauth.messages import refuse_repeats
from tests.server.services.oauth.rig import message


def test_a_parameter_without_a_value_counts_as_absent() -> None:
    found = message(("scope", ""), ("state", "x"), ("resource", "a"), ("resource", "b"))
    assert found.payload.data == {"state": "x", "resource": "a"}
    assert found.payload.datalist["resource"] == ["a", "b"]
    assert found.payload.scope is None


def test_only_resources_may_come_twice() -> None:
    refuse_repeats([("resource", "a"), ("resource", "b"), ("state", "x"), ("state", "")])
    with pytest.raises(InvalidRequestError):
        refuse_repeats([("state", "x"), ("state", "x")])
