"""A token is found by its hash and purpose while it is fresh, and used once."""

from __future__ import annotations

import pytest

from server.store import one_time_tokens

pytestmark = pytest.mark.usefixtures("opened")


def test_a_token_is_found_until_it_ends_and_used_once() -> None:
    one_time_tokens.insert("ott_1", "usr_bob", "reset", "digest", 0, 100)
    assert one_time_tokens.find_user("reset", "digest", 99) == "usr_bob"
    for purpose, digest, now in (("other", "digest", 1), ("reset", "other", 1), ("reset", "digest", 100)):
        assert one_time_tokens.find_user(purpose, digest, now) is None
        assert not one_time_tokens.use(purpose, digest, now)
    assert one_time_tokens.use("reset", "digest", 99)
    assert not one_time_tokens.use("reset", "digest", 99)


def test_a_new_one_takes_the_place_of_the_same_users_and_purposes() -> None:
    one_time_tokens.insert("ott_1", "usr_bob", "reset", "first", 0, 100)
    one_time_tokens.insert("ott_2", "usr_bob", "invitation", "second", 0, 100)
    one_time_tokens.insert("ott_3", "usr_dora", "reset", "third", 0, 100)
    one_time_tokens.insert("ott_4", "usr_bob", "reset", "fourth", 50, 100)
    found = [
        one_time_tokens.find_user(*token, 60) for token in (("reset", "first"), ("invitation", "second"), ("reset", "third"), ("reset", "fourth"))
    ]
    assert found == [None, "usr_bob", "usr_dora", "usr_bob"]
    assert one_time_tokens.issued_since("usr_bob", "reset", 49)
    assert not one_time_tokens.issued_since("usr_bob", "reset", 50)
