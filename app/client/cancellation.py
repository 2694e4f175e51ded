"""A caller's word that it waits no more; whoever works for it looks here between two steps."""

from __future__ import annotations

from threading import Event

from app.client.errors import Cancelled


class Cancellation:
    """Said once, and never taken back."""

    def __init__(self) -> None:
        self._said = Event()

    @property
    def said(self) -> bool:
        """Whether nobody waits any more."""
        return self._said.is_set()

    def say(self) -> None:
        """Stop waiting."""
        self._said.set()

    def check(self) -> None:
        """Raise Cancelled when nobody waits."""
        if self.said:
            raise Cancelled

    def sleep(self, seconds: float) -> None:
        """Wait, but no longer than somebody wants it. Raises Cancelled."""
        if self._said.wait(seconds):
            raise Cancelled
