"""Amounts: the unit grows with them."""

from __future__ import annotations

import pytest

from app.system.amounts import size


@pytest.mark.parametrize(("count", "words"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 KB"), (100_000_000, "100.0 MB"), (2e15, "2,000.0 TB")])
def test_a_number_of_bytes_is_said_in_its_unit(count: float, words: str) -> None:
    assert size(count) == words
