"""Passwords are hashed with argon2id, and nothing about a refusal tells why."""

from __future__ import annotations

from time import perf_counter

import pytest
from argon2 import PasswordHasher, extract_parameters

from server.services import passwords

PHRASE = "correct horse battery staple"


def test_a_hash_is_argon2id_with_the_recommended_parameters() -> None:
    found = extract_parameters(passwords.digest(PHRASE))
    assert (found.type.name, found.memory_cost, found.time_cost, found.parallelism) == ("ID", 19_456, 2, 1)


def test_the_right_password_fits_and_others_do_not() -> None:
    stored = passwords.digest(PHRASE)
    assert passwords.verify(stored, PHRASE)
    assert not passwords.verify(stored, PHRASE + " ")
    assert not passwords.verify(None, PHRASE)
    assert not passwords.verify(None, "\0")
    assert not passwords.verify("not a hash", PHRASE)


def test_two_spellings_of_one_accent_are_the_same_password() -> None:
    assert passwords.verify(passwords.digest("cafe\u0301 au lait, s'il vous plait"), "caf\u00e9 au lait, s'il vous plait")


def test_a_hash_made_with_other_parameters_is_outdated() -> None:
    assert passwords.outdated(PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PHRASE))
    assert not passwords.outdated(passwords.digest(PHRASE))


@pytest.mark.alone
def test_an_unknown_user_takes_as_long_as_a_wrong_password() -> None:
    stored = passwords.digest(PHRASE)
    passwords.verify(None, "warm")
    known, unknown = (min(_seconds(against) for _ in range(5)) for against in (stored, None))
    assert 0.5 < unknown / known < 2


def _seconds(stored: str | None) -> float:
    started = perf_counter()
    passwords.verify(stored, "wrong")
    return perf_counter() - started
