"""Times as vendors write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sdk.times import FORMATS, read_time, write_time

NOON = 1_795_176_000_000


@pytest.mark.parametrize(
    "text",
    [
        NOON, str(NOON), NOON // 1000, "1795176000", "2026-11-20T12:00:00Z",
        "2026-11-20T12:00:00.000Z", "2026-11-20T13:00:00+01:00", "2026-11-20 12:00:00",
        "Fri, 20 Nov 2026 12:00:00 GMT",
    ],
)  # fmt: skip
def test_every_form_is_read(text: object) -> None:
    assert read_time(text) == NOON


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-40", None, "T", "{}"])
def test_what_is_no_time_is_none(text: object) -> None:
    assert read_time(text) is None


@pytest.mark.parametrize("form", sorted(set(FORMATS) - {"date"}))
@given(ms=st.integers(10**11, 4 * 10**12))
def test_a_written_time_is_read_back_and_never_later(form: str, ms: int) -> None:
    read = read_time(write_time(ms, form))
    assert read is not None
    assert 0 <= ms - read < 1000
