"""Which new passwords are refused, and that every reason is given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import Unprocessable
from server.domain.passwords import check_password


def reasons(password: str, email: str | None = None) -> list[str]:
    with pytest.raises(Unprocessable) as refused:
        check_password(password, email)
    assert refused.value.stable_code == "weak_password"
    assert {fault.pointer for fault in refused.value.faults} == {"/password"}
    return [fault.code for fault in refused.value.faults]


@pytest.mark.parametrize("password", ["correct horse battery", "tr0ub4dor&3xyz", "ein langes Passwort mit Ümläuten", "🔑🗝🚪🏠🌳☂⚓✈🚲⛵🎈🎁"])
def test_a_long_uncommon_password_is_taken_whatever_its_characters(password: str) -> None:
    check_password(password, "alice@example.com")


@pytest.mark.parametrize(
    "password",
    [
        "password1234", "Password1234!", "PASSWORD!!!!", "passwordpassword", "qwertyuiop123", "123456789012", "098765432109", "letmein12345",
        "aaaaaaaaaaaa", "abababababab", "000000000000", "1q2w3e4r5t6y", "changeme2026", "Summer2026!!!", "administrator", "iloveyou2026",
    ],
)  # fmt: skip
def test_what_anybody_would_try_first_is_refused(password: str) -> None:
    assert reasons(password) == ["password_common"]


def test_length_is_counted_in_characters_from_12_to_200() -> None:
    check_password("öäü-abc-öäü1")
    check_password("abcdefgh" * 25)
    assert reasons("öäü-abc-öäü") == ["password_too_short"]
    assert reasons("abcdefgh" * 25 + "x") == ["password_too_long"]


def test_a_password_that_contains_the_name_in_the_address_is_refused() -> None:
    assert reasons("my name is ALICE ok", "Alice@example.com") == ["password_contains_email"]
    check_password("my name is bobby ok", "alice@example.com")
    check_password("al is a short name", "al@example.com")
    check_password("no address is known")


def test_characters_that_no_keyboard_has_are_refused() -> None:
    assert reasons("good enough\0but") == ["password_unprintable"]
    assert reasons("good enough\ud800but") == ["password_unprintable"]


def test_every_reason_is_given_at_once() -> None:
    assert reasons("alice", "alice@example.com") == ["password_too_short", "password_contains_email"]
    assert reasons("aaa", "aaa@example.com") == ["password_too_short", "password_common", "password_contains_email"]


@given(st.text(max_size=11))
def test_nothing_short_is_ever_taken(password: str) -> None:
    assert "password_too_short" in reasons(password)


def test_a_refusal_never_repeats_the_password() -> None:
    with pytest.raises(Unprocessable) as refused:
        check_password("hunter2")
    assert "hunter2" not in repr(vars(refused.value))
