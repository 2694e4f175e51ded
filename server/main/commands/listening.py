"""`junction listen`: a developer's tunnel. Events of a tenant come over a stream and are posted, signed, to a local address.

It connects again by itself and goes on where it was. With `--consumer` the appliance remembers the place: nothing is skipped from
one run to the next, and an event that is not taken is posted again until it is.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from server.domain import signing
from server.domain.errors import Later
from server.main.invocation import WrongUsage
from server.outbound.tunnel import Event, Outcome, Tunnel, forward

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.main.invocation import Invocation

LONGEST_PAUSE_SECONDS: Final = 30.0
_FIRST_PAUSE_SECONDS: Final = 0.5


class Listener:
    """Passes events on, one after the other, until interrupted."""

    def __init__(
        self, tunnel: Tunnel, url: str, secret: str, tell: Callable[[Event, Outcome], None], consumer: str | None = None, sleep: Any = time.sleep
    ) -> None:
        """`tell` is told of every post; `sleep` waits between tries."""
        self._tunnel, self._url, self._key = tunnel, url, signing.secret_bytes(secret)
        self._tell, self._consumer, self._sleep = tell, consumer, sleep
        self._place: str | None = None

    def run(self, pattern: str | None, say: Callable[[str], None]) -> None:
        """Listen until interrupted, connecting again after a pause that grows. Raises what the appliance refuses for good."""
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                self._place = self._place or self._beginning()
                for event in self._tunnel.events(self._place, pattern):
                    self._pass_on(event)
                    pause = _FIRST_PAUSE_SECONDS
                self._sleep(_FIRST_PAUSE_SECONDS)  # the appliance ends a stream after an hour, or as it stops
            except Later as error:
                say(f"{error.detail} Connecting again in {pause:g} s.")
                self._sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _beginning(self) -> str:
        """Return where to begin: where the consumer left off, else now, so that nothing is lost when the stream breaks before its first event."""
        return (self._consumer and self._tunnel.place_of(self._consumer)) or self._tunnel.newest()

    def _pass_on(self, event: Event) -> None:
        outcome, pause = self._post(event), _FIRST_PAUSE_SECONDS
        while self._consumer and not outcome.delivered:
            self._sleep(pause)
            outcome, pause = self._post(event), min(pause * 2, LONGEST_PAUSE_SECONDS)
        if self._consumer:
            self._tunnel.acknowledge(self._consumer, event.place)
        self._place = event.place

    def _post(self, event: Event) -> Outcome:
        now = int(time.time())
        headers = {
            "webhook-id": event.id,
            "webhook-timestamp": str(now),
            "webhook-signature": signing.sign([self._key], event.id, now, event.body),
        }
        outcome = forward(self._url, headers, event.body)
        self._tell(event, outcome)
        return outcome


def listen(call: Invocation) -> int:
    """Pass a tenant's events on to a local address until Ctrl-C."""
    if urlsplit(call.forward).scheme not in {"http", "https"}:
        raise WrongUsage("--forward takes an address that begins with http:// or https://.")
    secret = signing.check_secret(call.secret) if call.secret else signing.new_secret()
    server = call.server or call.settings.server.public_url

    def tell(event: Event, outcome: Outcome) -> None:
        said: dict[str, Any] = {"id": event.id, "type": event.type, "status": outcome.status, "error": outcome.error}
        call.answer({**said, "milliseconds": round(outcome.milliseconds, 1)}, [line_of(event, outcome)])
        sys.stdout.flush()

    tunnel = Tunnel(server, call.key)
    call.say(f"Listening at {server}, posting to {call.forward}. Verify with the secret {secret} (Ctrl-C ends).")
    try:
        Listener(tunnel, call.forward, secret, tell, call.consumer).run(call.type, call.say)
    except KeyboardInterrupt:
        call.say("Ended.")
    finally:
        tunnel.close()
    return 0


def line_of(event: Event, outcome: Outcome) -> str:
    """Return what a person reads of one post."""
    moment = datetime.now(UTC).astimezone().strftime("%H:%M:%S")
    return f"{moment}  {event.type}  {event.id}  ->  {outcome.status or outcome.error}  in {outcome.milliseconds:.0f} ms"
