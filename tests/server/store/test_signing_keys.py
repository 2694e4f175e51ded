"""Rows of signing keys."""

from __future__ import annotations

import pytest

from server.store import database, signing_keys

pytestmark = pytest.mark.usefixtures("opened")


def test_live_keys_come_with_the_last_to_sign_first_until_they_retire() -> None:
    with database.transaction():
        signing_keys.hold()
        for name, signs_from in (("a", 10), ("b", 30), ("c", 20)):
            signing_keys.insert(name, "RS256", b"sealed", "{}", 0, signs_from)
        signing_keys.retire("b", 100)
        signing_keys.retire("b", 200)
    assert [(row["id"], row["retires_at"], row["private"]) for row in signing_keys.all_live(99)] == [
        ("b", None, b"sealed"),
        ("c", 100, b"sealed"),
        ("a", 100, b"sealed"),
    ]
    assert [row["id"] for row in signing_keys.all_live(100)] == ["b"]
