"""Near misses."""

from __future__ import annotations

from server.domain.hints import near_miss


def test_a_slip_of_the_finger_is_answered_with_the_word_that_was_meant() -> None:
    assert near_miss("emial", ["email", "phone"]) == " Did you mean 'email'?"


def test_case_is_no_obstacle_and_the_answer_keeps_its_own_spelling() -> None:
    assert near_miss("apikeygenerated", ["APIKeyGenerated"]) == " Did you mean 'APIKeyGenerated'?"


def test_a_word_that_is_like_no_other_gets_no_hint() -> None:
    assert near_miss("zebra", ["email", "phone"]) == ""


def test_an_overlong_word_is_not_compared_at_all() -> None:
    assert near_miss("a" * 65, ["a" * 65]) == ""
