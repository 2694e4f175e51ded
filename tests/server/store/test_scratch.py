"""A scratch table forgets everything with its owner."""

from __future__ import annotations

from server.store.scratch import Scratch


def test_what_was_put_last_is_found_and_only_there() -> None:
    one, other = Scratch(), Scratch()
    one.put("a", "1")
    one.put("a", "2")
    assert (one.get("a"), one.get("b"), other.get("a")) == ("2", None, None)
    one.close()
    other.close()
