"""Posting webhooks: one POST over a kept-alive connection, to a vetted address, with a deadline that covers the whole answer.

No redirect is followed, nothing of the answer beyond 64 KB is read, and every way to fail has a code of its own.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from server.outbound import guard
from server.system.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

KEPT_BYTES: Final = 65_536
USER_AGENT: Final = f"Junction/{VERSION}"
_FAILURES: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (guard.AddressRefused, guard.REFUSED),
    (TimeoutError, "timeout"),
    (aiohttp.ClientConnectorDNSError, "dns_failed"),
    (aiohttp.ClientConnectorCertificateError, "tls_certificate_invalid"),
    (aiohttp.ClientSSLError, "tls_failed"),
    (ssl.SSLError, "tls_failed"),
    (ConnectionRefusedError, "connection_refused"),
    (aiohttp.ServerDisconnectedError, "connection_closed"),
    (ConnectionResetError, "connection_reset"),
    (aiohttp.ClientConnectorError, "connection_failed"),
    (aiohttp.ClientPayloadError, "response_broken"),
    (aiohttp.ClientError, "request_failed"),
    (OSError, "connection_failed"),
)


@dataclass(frozen=True, slots=True)
class Reply:
    """How one attempt ended: a status, or a failure code when none came. Times are milliseconds."""

    status: int | None
    error: str | None
    detail: str | None
    total_ms: float
    body: bytes = b""
    headers: Mapping[str, str] | None = None
    retry_after: str | None = None


class GuardedResolver(AbstractResolver):
    """Resolves names and lets only vetted addresses through; the connector then dials exactly those."""

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        """Return the vetted addresses of a host. Raises OSError when there are none, AddressRefused when one is off limits."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
        guard.vet(host, port, [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found])
        return [
            ResolveResult(hostname=host, host=str(entry[4][0]), port=port, family=entry[0], proto=entry[2], flags=socket.AI_NUMERICHOST)
            for entry in found
        ]

    async def close(self) -> None:
        """Nothing is held."""


class Poster:
    """The connections of one delivery loop."""

    def __init__(self, *, timeout_seconds: float) -> None:
        """Open a session; call inside the running loop."""
        self._timeout = timeout_seconds
        connector = aiohttp.TCPConnector(limit=0, limit_per_host=0, ttl_dns_cache=10, resolver=GuardedResolver(), keepalive_timeout=30)
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=None),
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("Accept-Encoding",),
        )

    async def post(self, url: str, headers: Mapping[str, str], body: bytes, timeout_seconds: float | None = None) -> Reply:
        """Send one POST and tell how it ended; never raises but for cancellation."""
        started = perf_counter()
        try:
            async with asyncio.timeout(timeout_seconds or self._timeout):
                return await self._post(URL(url, encoded=True), headers, body, started)
        except Exception as error:
            return Reply(None, _code(error), _detail(error), (perf_counter() - started) * 1000)

    async def _post(self, url: URL, headers: Mapping[str, str], body: bytes, started: float) -> Reply:
        guard.vet_literal(url.host or "", url.port or 0)
        async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as response:
            kept = await _beginning(response)
            return Reply(
                response.status,
                None,
                None,
                (perf_counter() - started) * 1000,
                kept,
                dict(response.headers),
                response.headers.get("Retry-After"),
            )

    async def close(self) -> None:
        """Close every connection."""
        await self._session.close()


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    """Return at most the first 64 KB of an answer; a longer one is cut, and its connection closed."""
    kept = await response.content.read(KEPT_BYTES) if not response.content.at_eof() else b""
    while kept and len(kept) < KEPT_BYTES and not response.content.at_eof():
        more = await response.content.read(KEPT_BYTES - len(kept))
        kept += more
    if not response.content.at_eof():
        response.close()
    return kept


def _code(error: BaseException) -> str:
    for cause in _causes(error):
        for kind, code in _FAILURES:
            if isinstance(cause, kind) and (code != "connection_failed" or cause is error):
                return code
    return "request_failed"


def _causes(error: BaseException) -> list[Any]:
    """Return what an error wraps, the most telling first."""
    inner = getattr(error, "os_error", None) or error.__cause__
    return [inner, error] if isinstance(inner, guard.AddressRefused | ConnectionRefusedError | ConnectionResetError | ssl.SSLError) else [error]


def _detail(error: BaseException) -> str:
    return (str(error) or type(error).__name__)[:500]
