"""A way is equal to itself alone, so that no two receivers share a connection that shows somebody's certificate."""

from __future__ import annotations

from server.outbound.ways import Way


def test_two_ways_are_two_even_when_they_look_alike() -> None:
    one, other = Way(proxy="http://127.0.0.1:1"), Way(proxy="http://127.0.0.1:1")
    assert one == one  # noqa: PLR0124 - a key of the pool has to find itself
    assert len({one, other}) == 2
    assert "127.0.0.1" not in repr(one), "it may hold a password"
