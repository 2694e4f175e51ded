"""Posting webhooks: one POST over a kept-alive connection, to a vetted address, with a deadline that covers the whole answer.

No redirect is followed, nothing of the answer beyond 64 KB is read, and every way to fail has a code of its own. Behind an
egress proxy the proxy resolves the names; what can be judged here still is.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
from contextvars import ContextVar
from dataclasses import dataclass, field
from http import HTTPStatus
from ipaddress import ip_address
from time import perf_counter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.http import HttpProcessingError
from yarl import URL

from server.outbound import guard
from server.outbound.ways import Way
from server.system import logs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp.connector import Connection
    from aiohttp.http import RawResponseMessage

KEPT_BYTES: Final = 65_536
READ_AHEAD_BYTES: Final = 16_384
UNKNOWN: Final = "request_failed"
_FAILURES: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (guard.AddressRefused, guard.REFUSED),
    (TimeoutError, "timeout"),
    (aiohttp.ClientProxyConnectionError, "egress_proxy_failed"),
    (aiohttp.ClientHttpProxyError, "egress_proxy_failed"),
    (aiohttp.ClientConnectorDNSError, "dns_failed"),
    (aiohttp.ClientConnectorCertificateError, "tls_certificate_invalid"),
    (ssl.SSLCertVerificationError, "tls_certificate_invalid"),
    (aiohttp.ClientSSLError, "tls_failed"),
    (ssl.SSLError, "tls_failed"),
    (ConnectionRefusedError, "connection_refused"),
    (aiohttp.ServerDisconnectedError, "connection_closed"),
    (ConnectionResetError, "connection_reset"),
    (aiohttp.ClientPayloadError, "response_broken"),
    (aiohttp.ClientResponseError, "response_malformed"),
    (HttpProcessingError, "response_malformed"),
    (aiohttp.InvalidURL, "url_invalid"),
    (OSError, "connection_failed"),
)
_EXHAUSTED: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_NO_TIMINGS: Final[Mapping[str, float]] = MappingProxyType({})
_NO_LIMIT: Final = aiohttp.ClientTimeout(total=None)
_MOST_DESTINATIONS: Final = 4096
log = logs.get_logger()


class Reply(NamedTuple):
    """How one attempt ended: a status, or a failure code when no complete answer came. Times are milliseconds."""

    status: int | None
    error: str | None
    detail: str | None
    total_ms: float
    body: bytes = b""
    headers: Mapping[str, str] | None = None
    retry_after: str | None = None
    timings: Mapping[str, float] = _NO_TIMINGS
    address: str | None = None


@dataclass(slots=True)
class _Course:
    """What one attempt went through so far; `timings` are milliseconds, of DNS and connecting only where a connection was made."""

    started: float = field(default_factory=perf_counter)
    timings: dict[str, float] = field(default_factory=dict)
    address: str | None = None

    def since(self, moment: float) -> float:
        return (perf_counter() - moment) * 1000


_course: ContextVar[_Course | None] = ContextVar("course", default=None)


class GuardedResolver(AbstractResolver):
    """Resolves names and lets only vetted addresses through; the connector then dials exactly those.

    The one host that is not judged is the egress proxy, which the operator named.
    """

    def __init__(self, trusted: tuple[str | None, int | None] | None = None) -> None:
        """`trusted` is host and port of the egress proxy."""
        self._trusted = trusted

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        """Return the vetted addresses of a host. Raises OSError when there are none, AddressRefused when one is off limits."""
        started = perf_counter()
        found = await asyncio.get_running_loop().getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
        course = _course.get()
        if course is not None:
            course.timings["dns_ms"] = course.since(started)
        if (host, port) != self._trusted:
            guard.vet(host, port, [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found])
        return [
            ResolveResult(hostname=host, host=str(entry[4][0]), port=port, family=entry[0], proto=entry[2], flags=socket.AI_NUMERICHOST)
            for entry in found
        ]

    async def close(self) -> None:
        """Nothing is held."""


class _Connector(aiohttp.TCPConnector):
    """Notes how long a connection took and where it leads."""

    async def _create_connection(self, *arguments: Any, **named: Any) -> Any:
        started = perf_counter()
        protocol = await super()._create_connection(*arguments, **named)
        course = _course.get()
        if course is not None:
            course.timings["connect_ms"] = course.since(started) - course.timings.get("dns_ms", 0.0)
        return protocol

    async def connect(self, *arguments: Any, **named: Any) -> Any:
        connection = await super().connect(*arguments, **named)
        course = _course.get()
        if course is not None and connection.transport is not None:
            course.address = (connection.transport.get_extra_info("peername") or [None])[0]
        return connection


class Poster:
    """The connections of one delivery loop.

    Pool, names, TLS, proxy and parser are aiohttp's; the request itself is so plain that it is written in one piece.
    """

    def __init__(self, *, timeout_seconds: float, egress_proxy: str = "", tls: ssl.SSLContext | None = None) -> None:
        """Make an empty pool; call inside the running loop. `tls` replaces the system's trusted authorities."""
        self._timeout = timeout_seconds
        self._proxy = URL(egress_proxy) if egress_proxy else None
        self._tls = tls if tls is not None else True
        self._loop = asyncio.get_running_loop()
        self._destinations: dict[str | tuple[str, Way], aiohttp.ClientRequest] = {}
        self._connector = _Connector(
            limit=0,
            limit_per_host=0,
            ttl_dns_cache=10,
            resolver=GuardedResolver((self._proxy.host, self._proxy.port) if self._proxy else None),
            keepalive_timeout=30,
        )

    async def post(self, url: str, headers: Mapping[str, str], body: bytes, timeout_seconds: float | None = None, way: Way | None = None) -> Reply:
        """Send one POST and tell how it ended; never raises but for cancellation."""
        course = _Course()
        _course.set(course)
        try:
            async with asyncio.timeout(timeout_seconds or self._timeout):
                return await self._send(self._destination(url, way), _fields(headers, body), course, once=way is not None and way.once)
        except Exception as error:
            failure = _code(error)
            if failure == UNKNOWN:
                log.exception("post_failed", url=url)
            if failure == "egress_proxy_failed" and self._proxy is None:
                failure = "webhook_proxy_failed"
            return Reply(None, failure, _detail(error), course.since(course.started), timings=course.timings, address=course.address)

    def _destination(self, url: str, way: Way | None) -> aiohttp.ClientRequest:
        """Return where a URL leads, by which connections are pooled. Raises AddressRefused for a literal that is off limits."""
        key = url if way is None else (url, way)
        found = self._destinations.get(key)
        if found is None:
            if len(self._destinations) >= _MOST_DESTINATIONS:
                self._destinations.clear()
            found = self._destinations[key] = self._request_to(URL(url, encoded=True), way or Way())
        guard.vet_literal(found.url.host or "", found.url.port or 0)
        if found.proxy is not None and self._proxy is None:
            guard.vet_literal(found.proxy.host or "", found.proxy.port or 0)
        return found

    def _request_to(self, url: URL, way: Way) -> aiohttp.ClientRequest:
        proxy = self._proxy if self._proxy is not None or way.proxy is None else URL(way.proxy)
        return aiohttp.ClientRequest("POST", url, proxy=proxy, ssl=way.tls or self._tls, loop=self._loop)

    async def _send(self, to: aiohttp.ClientRequest, rest: bytes, course: _Course, *, once: bool) -> Reply:
        if to.proxy is not None:
            await self._vet_behind_proxy(to.url)
        try:
            return await self._exchange(to, rest, course)
        except (aiohttp.ServerDisconnectedError, ConnectionResetError):
            if once or "connect_ms" in course.timings or "first_byte_ms" in course.timings:
                raise
            # A kept connection that the receiver closed as we began to write: it has seen nothing, or sees the same id again.
            return await self._exchange(to, rest, course)

    async def _exchange(self, to: aiohttp.ClientRequest, rest: bytes, course: _Course) -> Reply:
        connection = await self._connector.connect(to, [], _NO_LIMIT)
        try:
            message, content = await _ask(connection, _opening(to) + rest)
            course.timings["first_byte_ms"] = course.since(course.started)
            kept = await _beginning(content)
        except BaseException:
            connection.close()
            raise
        if content.at_eof():
            connection.release()
        else:
            connection.close()
        answered = message.headers
        return Reply(
            message.code,
            None,
            None,
            course.since(course.started),
            kept,
            {str(name): value for name, value in answered.items()},
            answered.get("Retry-After"),
            course.timings,
            course.address,
        )

    async def _vet_behind_proxy(self, url: URL) -> None:
        """Judge a name that the proxy will resolve, as far as it can be resolved here; where it cannot, the proxy is the guard."""
        try:
            await GuardedResolver().resolve(url.host or "", url.port or 0)
        except OSError:
            return

    async def close(self) -> None:
        """Close every connection."""
        await self._connector.close()


def _opening(to: aiohttp.ClientRequest) -> bytes:
    """Return the request line and the headers that the destination decides (RFC 9112, section 3.2)."""
    url, through_proxy = to.url, to.proxy is not None and not to.is_ssl()
    target = str(url) if through_proxy else url.raw_path_qs
    lines = [f"POST {target} HTTP/1.1", f"Host: {to.headers['Host']}"]
    if to.headers.get("Authorization"):
        lines.append(f"Authorization: {to.headers['Authorization']}")
    if through_proxy and to.headers.get("Proxy-Authorization"):
        lines.append(f"Proxy-Authorization: {to.headers['Proxy-Authorization']}")
    return "\r\n".join(lines).encode() + b"\r\n"


def _fields(headers: Mapping[str, str], body: bytes) -> bytes:
    """Return the other headers and the body. Raises ValueError for a header that would break out of its line."""
    text = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    if text.count("\n") != len(headers) or text.count("\r") != len(headers) or "\0" in text:
        message = "a header holds a line break"
        raise ValueError(message)
    return b"%b%b%d\r\n\r\n%b" % (text.encode(), b"Accept: */*\r\nContent-Length: ", len(body), body)


async def _ask(connection: Connection, request: bytes) -> tuple[RawResponseMessage, aiohttp.StreamReader]:
    """Write a request and return the head of the final answer, and its body to come."""
    protocol, transport = connection.protocol, connection.transport
    if protocol is None or transport is None or transport.is_closing():
        raise aiohttp.ServerDisconnectedError
    protocol.set_response_params(read_until_eof=True, auto_decompress=False, read_bufsize=READ_AHEAD_BYTES)
    transport.write(request)
    while True:
        message, content = await protocol.read()
        if message.code >= HTTPStatus.OK or message.code == HTTPStatus.SWITCHING_PROTOCOLS:
            return message, content


async def _beginning(content: aiohttp.StreamReader) -> bytes:
    """Return at most the first 64 KB of an answer."""
    if content.at_eof():
        return b""
    kept = await content.read(KEPT_BYTES)
    while len(kept) < KEPT_BYTES and not content.at_eof():
        kept += await content.read(KEPT_BYTES - len(kept))
    return kept


def _code(error: BaseException) -> str:
    """Return the code of a failure; what an error wraps says more than the error, unless that is merely some error of the system."""
    if getattr(getattr(error, "os_error", error), "errno", None) in _EXHAUSTED:
        return "out_of_sockets"
    for cause in (getattr(error, "os_error", None), error.__cause__, error):
        for kind, code in _FAILURES:
            if isinstance(cause, kind) and (cause is error or code not in {"connection_failed", "timeout", "response_malformed"}):
                return code if not isinstance(error, aiohttp.ClientProxyConnectionError) else "egress_proxy_failed"
    return UNKNOWN


def _detail(error: BaseException) -> str:
    return (str(error) or type(error).__name__)[:500]
