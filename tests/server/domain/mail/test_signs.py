"""What notices look like: every sign is a pattern, and none is found in any text whatsoever."""

from __future__ import annotations

import re

import pytest

from server.domain.mail import signs


@pytest.mark.parametrize("table", ["SERVERS", "SUBJECTS", "EVIDENCE", "YOURS", "AWAY", "COPIES"])
def test_every_sign_is_a_pattern_that_means_something(table: str) -> None:
    found = getattr(signs, table)
    assert len(found) > 2
    for sign in found:
        assert not re.compile(sign, re.IGNORECASE).search("zz"), sign
