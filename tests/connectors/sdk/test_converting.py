"""Values go to a vendor and come back as they were."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sdk.converting import CONVERTERS
from connectors.sdk.times import write_time

OURS: dict[str, st.SearchStrategy[Any]] = {
    "same": st.none() | st.integers() | st.text(),
    "text": st.text().map(str.strip),
    "lower": st.from_regex(r"[a-z0-9@.]{0,20}", fullmatch=True),
    "number": st.integers() | st.floats(-1e9, 1e9, allow_nan=False).filter(lambda value: value % 1 != 0),
    "integer": st.integers(),
    "integer_text": st.integers(),
    "boolean": st.booleans(),
    "boolean_text": st.booleans(),
    "amount": st.decimals(allow_nan=False, allow_infinity=False, places=2).map(lambda value: f"{value:f}"),
    "cents": st.integers(-(10**9), 10**9).map(lambda cents: f"{Decimal(cents).scaleb(-2):f}"),
    "time": st.integers(0, 4_000_000_000).map(lambda seconds: write_time(seconds * 1000, "iso_ms")),
    "time_ms": st.integers(10**11, 4 * 10**12).map(lambda ms: write_time(ms, "iso_ms")),
    "time_seconds": st.integers(10**8, 4 * 10**9).map(lambda seconds: write_time(seconds * 1000, "iso_ms")),
    "people": st.lists(
        st.fixed_dictionaries({"email": st.from_regex(r"[a-z]{1,9}@[a-z]{1,9}\.example", fullmatch=True)}, optional={"name": st.just("Dana")}),
        max_size=3,
    ),
    "day": st.dates().filter(lambda day: day.year > 1900).map(lambda day: day.isoformat()),
}


@pytest.mark.parametrize("name", CONVERTERS)
def test_what_goes_out_comes_back(name: str) -> None:
    one = CONVERTERS[name]

    @given(OURS[name])
    def there_and_back(value: Any) -> None:
        assert one.inward(one.outward(value)) == value

    there_and_back()


@pytest.mark.parametrize(
    ("name", "value"),
    [("integer", "ten"), ("boolean", "perhaps"), ("amount", "NaN"), ("amount", "a lot"), ("time", "someday"), ("text", {}), ("day", "x")],
)
def test_what_cannot_be_converted_is_refused(name: str, value: Any) -> None:
    with pytest.raises((ValueError, TypeError, ArithmeticError)):
        CONVERTERS[name].inward(value)


def test_parts_of_a_cent_are_refused() -> None:
    with pytest.raises(ValueError, match="cent"):
        CONVERTERS["cents"].outward("1.001")


def test_people_are_known_by_addresses_that_mail_reaches_and_by_names() -> None:
    told = [{"email": " Dana@People.example ", "name": None}, {"email": "/o=rooms/4", "name": "Room 4"}, {"email": "dana@localhost"}, {}]
    assert CONVERTERS["people"].inward(told) == [{"email": "dana@people.example"}, {"name": "Room 4"}]
    assert len(CONVERTERS["people"].inward([{"name": str(number)} for number in range(500)])) == 200
    with pytest.raises(AttributeError):
        CONVERTERS["people"].inward(["dana@people.example"])
