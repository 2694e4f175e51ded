"""Arguments against the models of the API."""

from __future__ import annotations

import pytest

from server.domain.errors import Unprocessable
from server.main.validation import checked
from server.services.keys import NewKey


def test_what_was_not_given_keeps_its_default() -> None:
    assert checked(NewKey, name="k", scopes=["*"], user_id=None).test is False


def test_every_broken_argument_is_named() -> None:
    with pytest.raises(Unprocessable) as refused:
        checked(NewKey, name="", scopes=[])
    assert {fault.pointer for fault in refused.value.faults} == {"/name", "/scopes"}
