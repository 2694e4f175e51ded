"""Looks every second whether the appliance answers, tells when that changes, and tries more slowly while it does not. It knows no widget."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.client.api import Api, Call
from app.client.cancellation import Cancellation
from app.client.errors import ClientError, Unreachable, Untrusted
from app.client.transport import Patience, Transport
from app.pages.listing import Runs

INTERVALS_MS: Final = (1000, 1000, 2000, 3000, 4000)  # after so many failures in a row
# Silence is told within two seconds, so it is not waited for as long as for an answer with something in it.
PATIENCE: Final = Patience(connect=1.5, read=3.0, waits=(0.2,))


class Watching:
    """Knows whether the appliance answers; `tick` is called by a timer and returns when to call it again.

    `doubted` is called when somebody answers who is not trusted.
    """

    def __init__(self, api: Api, jobs: Runs, changed: Callable[[bool], None], doubted: Callable[[ClientError], None] = lambda _: None) -> None:
        # A transport of its own: the pool's sessions may be busy with something slow.
        self._api = Api(Transport(api.transport.url, api.transport.fingerprint, patience=PATIENCE))
        self._jobs = jobs
        self._changed = changed
        self._doubted = doubted
        self._asking = False
        self._in_doubt = False
        self.failures = 0

    @property
    def connected(self) -> bool:
        """Whether it answered when last asked."""
        return self.failures == 0

    def tick(self) -> int:
        """Ask once more, unless an answer is still awaited; return after how many milliseconds to do so again."""
        if not self._asking:
            self._asking = True
            self._jobs.run(self._ask, self._answered, self._failed)
        return INTERVALS_MS[min(self.failures, len(INTERVALS_MS) - 1)]

    def note(self, error: ClientError) -> None:
        """Learn from somebody else's request that nobody answers, or somebody who is not trusted."""
        if isinstance(error, Unreachable) and self.connected:
            self._fail()
        self._in_doubt |= isinstance(error, Untrusted)

    def _ask(self, cancellation: Cancellation) -> bool:
        return self._api.send(Call("GET", "/healthz"), cancellation).status == 200

    def _answered(self, _: bool) -> None:  # noqa: FBT001 - what the pool hands over
        self._asking = False
        was = self.connected and not self._in_doubt
        self.failures, self._in_doubt = 0, False
        if not was:
            self._changed(True)  # noqa: FBT003 - one word says it

    def _failed(self, error: ClientError) -> None:
        self._asking = False
        if isinstance(error, Unreachable):
            self._fail()
        elif isinstance(error, Untrusted):
            self._in_doubt = True
            self._doubted(error)

    def _fail(self) -> None:
        was = self.connected
        self.failures += 1
        if was:
            self._changed(False)  # noqa: FBT003 - one word says it
