"""Passwords are hashed with argon2id, and nothing about a refusal tells why."""

from __future__ import annotations

import time
from functools import partial

import pytest
from argon2 import PasswordHasher, extract_parameters

from server.services import passwords
from tests.pace import seconds

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
    # In turns, and without the waits of a busy machine, which say nothing about the password.
    both = [partial(passwords.verify, against, "wrong") for against in (stored, None)]
    rounds = [[seconds(verify, time.process_time) for verify in both] for _ in range(8)]
    known, unknown = map(min, zip(*rounds, strict=True))
    assert 0.5 < unknown / known < 2
