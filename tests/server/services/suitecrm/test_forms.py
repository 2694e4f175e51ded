"""Values in SuiteCRM's words and in ours: there and back, and compared as clients mean it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import Invalid
from server.domain.filters import All, Any_, Condition, Not
from server.services.suitecrm import forms
from server.system import clock


@given(st.integers(0, 4_102_444_800))
def test_a_moment_of_whole_seconds_comes_back_in_either_format(seconds: int) -> None:
    ours = clock.rfc3339(seconds * 1000)
    shown = forms.MOMENT.show(ours)
    assert forms.MOMENT.parse(shown) == ours
    assert forms.MOMENT.parse(datetime.fromtimestamp(seconds, UTC).isoformat()) == ours
    assert forms.MOMENT.parse(datetime.fromtimestamp(seconds, UTC).isoformat().replace("+", " ")) == ours


@given(st.decimals(-999_999_999, 999_999_999, places=2))
def test_an_amount_is_never_rounded_and_never_written_with_an_exponent(amount: Any) -> None:
    parsed = forms.AMOUNT.parse(str(amount))
    assert float(parsed) == float(amount)
    assert "E" not in parsed


@pytest.mark.parametrize(
    ("form", "text", "value"),
    [
        (forms.BOOLEAN, "1", True),
        (forms.BOOLEAN, "off", False),
        (forms.NUMBER, "12", 12),
        (forms.NUMBER, "1.5", 1.5),
        (forms.DATE, "2026-11-20 00:00:00", "2026-11-20"),
        (forms.MOMENT, "2026-11-20T12:00:00+02:00", "2026-11-20T10:00:00.000Z"),
        (forms.EMAIL, " Ann@Example.com ", "ann@example.com"),
        (forms.AMOUNT, "1200.5", "1200.5"),
    ],
)
def test_values_are_read(form: forms.Form, text: str, value: Any) -> None:
    assert form.parse(text) == value


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (forms.BOOLEAN, "maybe"),
        (forms.NUMBER, "nan"),
        (forms.NUMBER, "ten"),
        (forms.NUMBER, "1e99"),
        (forms.AMOUNT, "Infinity"),
        (forms.AMOUNT, "10€"),
        (forms.DATE, "20.11.2026"),
        (forms.MOMENT, "noon"),
        (forms.MOMENT, "99999-01-01 00:00:00"),
    ],
)
def test_values_that_are_none_are_refused(form: forms.Form, text: str) -> None:
    with pytest.raises(Invalid):
        form.parse(text)


def test_what_clients_send_becomes_text_and_lists_do_not() -> None:
    assert [forms.text_of("x", value) for value in (None, True, False, 1, 1.5, "a")] == ["", "1", "0", "1", "1.5", "a"]
    with pytest.raises(Invalid, match="x"):
        forms.text_of("x", ["a"])


def test_texts_are_equal_whatever_their_case() -> None:
    assert forms.TEXT.test(("p",), "eq", "100%_a\\ ") == Condition(("p",), "ilike", "100\\%\\_a\\\\")
    assert forms.TEXT.test(("p",), "nin", ("a", "b")) == Not(Any_((forms.same(("p",), "a"), forms.same(("p",), "b"))))
    assert forms.EMAIL.test(("email",), "eq", "Ann@Example.com") == Condition(("email",), "eq", "ann@example.com")
    assert forms.EMAIL.test(("custom", "email1"), "ne", "Ann@a.b") == Not(Condition(("custom", "email1"), "ilike", "Ann@a.b"))


def test_comparisons_mean_what_they_mean_there() -> None:
    path = ("p",)
    second = Condition(path, "between", ("2026-11-20T12:00:00.000Z", "2026-11-20T12:00:00.999Z"))
    assert forms.MOMENT.test(path, "eq", "2026-11-20 12:00:00") == second
    assert forms.MOMENT.test(path, "ne", "2026-11-20 12:00:00") == Not(second)
    assert forms.MOMENT.test(path, "gt", "2026-11-20 12:00:00") == Condition(path, "gt", "2026-11-20T12:00:00.999Z")
    assert isinstance(forms.MOMENT.test(path, "between", ("2026-11-20", "2026-11-21")), All)
    assert forms.MOMENT.test(path, "like", "2026-11-20%") == Condition(path, "between", ("2026-11-20T00:00:00.000Z", "2026-11-20T23:59:59.999Z"))
    assert forms.BOOLEAN.test(path, "eq", "0") == Not(Condition(path, "eq", "true"))
    assert isinstance(forms.BOOLEAN.test(path, "in", ("0", "1")), Any_)
    assert isinstance(forms.TEXT.test(path, "eq", ""), Any_)
    assert forms.TEXT.test(path, "like", "A%") == Condition(path, "ilike", "A%")
    assert forms.NUMBER.test(path, "in", ("1", "2")) == Condition(path, "in", ("1", "2"))
    assert forms.DATE.test(path, "ne", "") == Condition(path, "null", value=False)
    for form, operator, value in ((forms.NUMBER, "like", "1%"), (forms.BOOLEAN, "gt", "1"), (forms.MOMENT, "like", "%x%")):
        with pytest.raises(Invalid):
            form.test(path, operator, value)
