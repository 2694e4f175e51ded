"""The developer's end of a tunnel: events come over a stream of an appliance and go to a local address, one after the other.

Both addresses are named by whoever runs it, on a machine of their own, so the address guard is not asked.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from server.domain.errors import Denied, Invalid, Later, Missing, Unauthenticated
from server.system.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import requests

USER_AGENT: Final = f"Junction-Listen/{VERSION}"
CONNECT_SECONDS: Final = 10
SILENCE_SECONDS: Final = 45
"""The stream says something every fifteen seconds; after three missed ones it is taken for dead."""
FORWARD_SECONDS: Final = 30
_OK: Final = 200
_REFUSALS: Final = {400: Invalid, 401: Unauthenticated, 403: Denied, 404: Missing}


class Event(NamedTuple):
    """One event of the stream: where it stands, and the body exactly as receivers get it."""

    place: str
    type: str
    id: str
    body: bytes


class Outcome(NamedTuple):
    """What a local address answered: a status, or why there was none."""

    status: int | None
    error: str | None
    milliseconds: float

    @property
    def delivered(self) -> bool:
        """Whether it was a success."""
        return self.status is not None and 200 <= self.status <= 299


@dataclass
class Tunnel:
    """A connection to an appliance with a tenant's key."""

    server: str
    key: str

    def __post_init__(self) -> None:
        """Open a session; requests is loaded only by who listens."""
        import requests

        self._session = requests.Session()
        self._session.headers.update({"Authorization": f"Bearer {self.key}", "User-Agent": USER_AGENT})

    def _ask(self, method: str, path: str, **rest: Any) -> requests.Response:
        import requests

        try:
            reply = self._session.request(
                method, self.server.rstrip("/") + path, timeout=(CONNECT_SECONDS, SILENCE_SECONDS), allow_redirects=False, **rest
            )
        except requests.RequestException as error:
            raise Later(f"{self.server} cannot be reached: {type(error).__name__}.", code="listen_unreachable") from error
        if reply.status_code != _OK:
            with reply:
                raise _refusal(reply)
        return reply

    def place_of(self, consumer: str) -> str | None:
        """Return how far a consumer has acknowledged, None when it is new. Raises what `events` raises."""
        with self._ask("GET", "/api/v1/events/consumers", params={"limit": 200}) as reply:
            return next((str(one["cursor"]) for one in reply.json()["data"] if one["name"] == consumer), None)

    def newest(self) -> str:
        """Return the place behind which the next event will stand."""
        with self._ask("GET", "/api/v1/events/poll", params={"cursor": "now"}) as reply:
            return str(reply.json()["cursor"])

    def acknowledge(self, consumer: str, place: str) -> None:
        """Have the appliance remember how far a consumer is."""
        self._ask("POST", "/api/v1/events/poll", json={"consumer": consumer, "cursor": place}).close()

    def events(self, after: str | None, pattern: str | None) -> Iterator[Event]:
        """Yield events until the stream ends. Raises Later when it breaks, and a refusal of the appliance as it is meant."""
        import requests

        params = {"type": pattern} if pattern else {}
        headers = {"Last-Event-ID": after} if after else {}
        with self._ask("GET", "/api/v1/events/stream", params=params, headers=headers, stream=True) as reply:
            try:
                yield from _parsed(reply.iter_lines(chunk_size=1))
            except requests.RequestException as error:
                raise Later(f"The stream broke: {type(error).__name__}.", code="listen_unreachable") from error

    def close(self) -> None:
        """Close every connection."""
        self._session.close()


def _refusal(reply: requests.Response) -> Exception:
    try:
        detail = str(reply.json()["detail"])
    except (ValueError, KeyError, TypeError):
        detail = f"The appliance answered {reply.status_code}."
    kind = _REFUSALS.get(reply.status_code)
    return kind(detail) if kind else Later(detail, code="listen_refused")


def _parsed(lines: Iterator[bytes]) -> Iterator[Event]:
    fields: dict[str, bytes] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(b": ")
            fields[name.decode()] = value
        elif "data" in fields:
            body = fields["data"]
            yield Event(fields["id"].decode(), fields["event"].decode(), str(json.loads(body)["id"]), body)
            fields = {}
        else:
            fields = {}


def forward(url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
    """Post once to a local address and tell how that ended."""
    import requests

    started = perf_counter()
    status, problem = None, None
    try:
        given = {"Content-Type": "application/json", "User-Agent": USER_AGENT, **headers}
        with requests.post(url, data=body, headers=given, timeout=FORWARD_SECONDS, allow_redirects=False) as reply:
            status = reply.status_code
    except requests.RequestException as error:
        problem = type(error).__name__
    return Outcome(status, problem, (perf_counter() - started) * 1000)
