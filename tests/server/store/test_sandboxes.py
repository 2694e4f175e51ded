"""The clocks of sandboxes."""

from __future__ import annotations

from server.store import sandboxes


def test_only_a_sandbox_has_a_clock_of_its_own(opened: str) -> None:
    assert sandboxes.ahead("ten_a", "test") == 0
    sandboxes.put("ten_a", 1000)
    sandboxes.put("ten_a", 3000)
    assert (sandboxes.ahead("ten_a", "test"), sandboxes.ahead("ten_a", "live"), sandboxes.ahead("ten_b", "test")) == (3000, 0, 0)
