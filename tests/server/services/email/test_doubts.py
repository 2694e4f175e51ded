"""Of one server no more messages are in doubt than were allowed, whoever asks; of another as many again."""

from __future__ import annotations

from server.services.email.doubts import Doubts


def test_each_server_has_its_own_number() -> None:
    doubts = Doubts(2)
    held = doubts.of("a")
    assert [held.acquire(blocking=False) for _ in range(3)] == [True, True, False]
    assert doubts.of("a") is held
    assert doubts.of("b").acquire(blocking=False)
    held.release()
    assert doubts.of("a").acquire(blocking=False)
