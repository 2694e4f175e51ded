"""Runs what a connector's generator asks for: sends its requests with proof of who we are, and hands on whatever else it yields.

    for page in driver.run(connector.import_data("contacts", cursor)): ...

The vendor's limits, its outages and new tokens are dealt with here, so a connector sees answers and the errors that concern it. Once
a request has to wait too long the run is given up with Paused; it goes on from what was committed.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, Protocol, TypeVar

from connectors.sdk.connector import Connector
from connectors.sdk.errors import NOT_READY, ConnectorError, Later
from connectors.sdk.request import Request, Response, absolute
from connectors.sdk.values import Asked, Steps
from server.outbound.vendors.retrying import Verdict, judge
from server.outbound.vendors.transport import Transport

_NOTICEABLE_SECONDS = 2
S = TypeVar("S")
T = TypeVar("T")


class Gate(Protocol):
    """What lets a request through: the vendor's limits and the circuit breaker."""

    def enter(self, request: Request) -> None:
        """Wait for the turn of a request, five seconds at most. Raises Paused when it would take longer."""

    def leave(self) -> None:
        """Hear that a request that was let in is over, whatever became of it."""

    def observe(self, response: Response) -> None:
        """Take from an answer what it says of the vendor's limits."""

    def refused(self, error: Later) -> None:
        """Hear that the vendor asked for a pause, or did not answer."""

    def answered(self) -> None:
        """Hear that the vendor works."""


class Identity(Protocol):
    """Who we are to the vendor."""

    def sign(self, request: Request) -> Request:
        """Return the request with the proof of who we are, a new token fetched where the old one is over."""

    def renew(self) -> bool:
        """Get another token because this one was refused; False when there is none to be had."""

    def hide(self, text: str) -> str:
        """Return a vendor's words without our secrets: some repeat what they were sent."""


class Paused(Exception):
    """The run cannot go on now; `after` seconds from now it may."""

    def __init__(self, error: ConnectorError, after: float) -> None:
        """Take why, and how long."""
        self.error, self.after = error, after
        super().__init__(error.detail)


class Unknown(Exception):
    """A request that may not be repeated was sent, and nobody knows what became of it."""

    def __init__(self, error: ConnectorError) -> None:
        """Take why."""
        self.error = error
        super().__init__(error.detail)


@dataclass
class Driver:
    """Drives one connector for one installation, in one thread; `skew_seconds` is the vendor's clock minus ours, once it has answered.

    One that is not `patient` tries nothing twice: somebody waits.
    """

    connector: Connector
    transport: Transport
    gate: Gate
    identity: Identity
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
    patient: bool = True
    skew_seconds: int | None = field(default=None, init=False)

    def run(self, steps: Steps[T]) -> Iterator[T]:
        """Yield what a generator of the connector yields, its requests answered. Raises what it raises, Paused, or Unknown."""
        try:
            item = next(steps)
            while True:
                if isinstance(item, Request):
                    item = self._answer(steps, item)
                else:
                    yield item
                    item = next(steps)
        except StopIteration:
            return
        except ConnectorError as error:
            raise self._masked(error) from None
        finally:
            steps.close()

    def ask(self, steps: Asked[T]) -> T:
        """Run a generator that only asks, and return what it returns."""
        try:
            item = next(steps)
            while True:
                item = self._answer(steps, item)
        except StopIteration as ended:
            found: T = ended.value
            return found
        except ConnectorError as error:
            raise self._masked(error) from None

    def _masked(self, error: ConnectorError) -> ConnectorError:
        error.detail = self.identity.hide(error.detail)
        error.args = (error.detail,)
        return error

    def _answer(self, steps: Generator[S, Response, Any], request: Request) -> S:
        try:
            response = self.send(request)
        except ConnectorError as error:
            return steps.throw(error)
        return steps.send(response)

    def send(self, request: Request) -> Response:
        """Send one request of the connector's until it has an answer. Raises one of the five errors, Paused, or Unknown."""
        renewed, tries = False, 0
        while True:
            tries += 1
            response, error = self._try(absolute(request, self.connector.address))
            if error is None and response is not None:
                return response
            assert error is not None  # noqa: S101 - one of both
            verdict = judge(request, response, error, tries, self.jitter())
            if verdict.step == "refresh" and not renewed and self.identity.renew():
                renewed, tries = True, 0
                continue
            self._go_on(verdict, error)

    def _try(self, request: Request) -> tuple[Response | None, ConnectorError | None]:
        """Send a request once and return its answer, and what is wrong with it."""
        self.gate.enter(request)
        try:
            response = self.transport.send(self.identity.sign(request))
        except ConnectorError as error:
            return None, error
        finally:
            self.gate.leave()
        self.gate.observe(response)
        self._note_clock(response)
        failure = self.connector.explain(request, response)
        failure = failure and self._masked(failure)
        if not isinstance(failure, Later):
            self.gate.answered()
        return response, failure

    def _go_on(self, verdict: Verdict, error: ConnectorError) -> None:
        """Wait where the verdict says so; raise otherwise."""
        if isinstance(error, Later) and error.stable_code != NOT_READY:
            self.gate.refused(error)
        if verdict.step == "again" and self.patient:
            self.sleep(verdict.after)
        elif verdict.step in {"again", "later"}:
            raise Paused(error, verdict.after)
        elif verdict.step == "unknown":
            raise Unknown(error)
        else:
            raise error

    def _note_clock(self, response: Response) -> None:
        try:
            theirs = parsedate_to_datetime(response.headers["date"]).timestamp()
        except (KeyError, ValueError, TypeError):
            return
        # The header has whole seconds, and the answer was under way: less than two say nothing.
        skew = theirs + 0.5 - response.received_ms / 1000
        self.skew_seconds = round(skew) if abs(skew) >= _NOTICEABLE_SECONDS else 0
