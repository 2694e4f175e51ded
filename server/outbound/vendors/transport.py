"""The one place where vendors are called: over requests, to allowed hosts and vetted addresses, within bounds of time and size.

No redirect is followed, so no credential leaves for another host. The whole call has one deadline, kept by a timer that cuts the
connection, so a vendor that drips its answer byte by byte costs no more than one that is silent. What is logged of a call, one line
each, has passed the redaction. One transport is used by one thread at a time.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from connectors.sdk.errors import ConnectorError, Later, VendorBug, refusal
from connectors.sdk.request import Request, Response
from server.domain.errors import Skip
from server.domain.redaction import redact_text, redact_url
from server.outbound.sessions import USER_AGENT, session
from server.outbound.vendors import hosts
from server.outbound.vendors.retrying import ANSWER_LOST
from server.system import clock, logs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.outbound.vendors.hosts import Allowed

CONNECT_SECONDS: Final = 3.0
DEADLINE_SECONDS: Final = 30.0
LARGEST: Final = 32 * 1024 * 1024
"""How large an answer may be once it is unpacked."""
_CHUNK: Final = 65_536
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
log = logs.get_logger()


class _Cut:
    """Connections of one transport, and the timer that cuts them at the deadline."""

    def __init__(self) -> None:
        self._connections: list[Any] = []
        self.happened = False

    def watch(self, connection: Any) -> None:
        """Hear of a connection that is being opened."""
        self._connections = [one for one in self._connections if one.sock is not None]
        self._connections.append(connection)

    def _cut(self) -> None:
        self.happened = True
        for connection in list(self._connections):
            if connection.sock is not None:
                with suppress(OSError):
                    connection.sock.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Cut every connection when what is inside takes longer."""
        self.happened = False
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


@dataclass
class Transport:
    """Calls one vendor for one installation; `context` names it in the trace."""

    allowed: Allowed
    context: dict[str, str] = field(default_factory=dict)
    deadline_seconds: float = DEADLINE_SECONDS
    calls: int = 0

    def __post_init__(self) -> None:
        """Prepare the session; nothing is connected yet."""
        self._cut = _Cut()
        self._session = session(self._cut.watch, min(CONNECT_SECONDS, self.deadline_seconds))

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def send(self, request: Request) -> Response:
        """Send a request that is complete and return the answer, whatever its status.

        Raises NeedsUser (`wrong_host`), Later (`host_unreachable`, `answer_lost` once the request has left), or VendorBug for an answer
        that breaks a bound.
        """
        hosts.check(request.url, self.allowed)
        began, self.calls = time.monotonic(), self.calls + 1
        outcome: Response | None = None
        try:
            with self._cut.within(self.deadline_seconds):
                outcome = self._exchange(request)
        finally:
            self._trace(request, outcome, time.monotonic() - began)
        if outcome.status in _REDIRECTS:
            raise refusal("wrong_host", f"The vendor sends us on to another address, which is not followed (status {outcome.status}).")
        return outcome

    def _exchange(self, request: Request) -> Response:
        import requests
        from urllib3.exceptions import HTTPError

        try:
            with self._session.request(
                request.method,
                request.url,
                params=list(_pairs(request)),
                json=request.json,
                data=request.body if request.body is not None else request.form,
                headers={"User-Agent": USER_AGENT, "Accept": "application/json", **request.headers},
                timeout=self.deadline_seconds,
                allow_redirects=False,
                stream=True,
            ) as reply:
                body = self._read(reply.raw)
                headers = {name.lower(): value for name, value in reply.headers.items()}
                return Response(reply.status_code, headers, body, request.url, clock.now_ms())
        except Skip as error:
            raise refusal("wrong_host", error.detail) from error
        except (requests.RequestException, HTTPError, OSError) as error:
            raise self._failure(request, error) from error

    def _failure(self, request: Request, error: Exception) -> ConnectorError:
        """Return what a broken exchange means; only before the request has left is it certain that nothing was done."""
        host = urlsplit(request.url).hostname
        if _never_left(error):
            return refusal("host_unreachable", f"{host} could not be reached: {_words(error)}")
        words = f"it took longer than {self.deadline_seconds:g} s" if self._cut.happened else _words(error)
        return Later(f"The answer of {host} was lost: {words}", code=ANSWER_LOST)

    def _read(self, raw: Any) -> bytes:
        """Return the unpacked body. Raises VendorBug when it is too large, HTTPError when it is cut."""
        found = bytearray()
        while chunk := raw.read(_CHUNK, decode_content=True):
            found += chunk
            if len(found) > LARGEST:
                raise VendorBug(f"The answer is larger than {LARGEST // 1024 // 1024} MB.", code="answer_too_large")
        # A head that is cut off looks like a whole one to the parser, and a body without a length like one that has ended.
        if self._cut.happened:
            raise TimeoutError
        return bytes(found)

    def _trace(self, request: Request, response: Response | None, seconds: float) -> None:
        status, size = (response.status, len(response.body)) if response else (None, None)
        log.info(
            "vendor_call",
            method=request.method,
            url=redact_url(request.url),
            params=sorted(request.params),
            status=status,
            bytes=size,
            ms=round(seconds * 1000),
            **self.context,
        )


def _pairs(request: Request) -> Iterator[tuple[str, str]]:
    for name, value in request.params.items():
        for one in value if isinstance(value, tuple) else (value,):
            yield name, str(one)


def _never_left(error: Exception) -> bool:
    """Tell whether a connection was never there: the name, the connection or its encryption failed."""
    import requests
    from urllib3.exceptions import NameResolutionError, NewConnectionError

    if isinstance(error, requests.exceptions.SSLError | requests.ConnectTimeout | socket.gaierror | ConnectionRefusedError):
        return True
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, NewConnectionError | NameResolutionError | socket.gaierror | ConnectionRefusedError):
            return True
        inner = inner.__cause__ or inner.__context__
    return False


def _words(error: Exception) -> str:
    return redact_text(str(error) or type(error).__name__)[:300]
