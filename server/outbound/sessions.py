"""Sessions of the blocking HTTP client: every connection goes to a vetted address, no redirect, no proxy of the environment."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Skip
from server.outbound import guard
from server.outbound.sockets import connect
from server.system.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

USER_AGENT: Final = f"Junction/{VERSION}"
CONNECT_SECONDS: Final = 15


def _nobody(_connection: Any) -> None:
    """Watch no connection."""


def session(watch: Callable[[Any], None] = _nobody, connect_seconds: float = CONNECT_SECONDS) -> requests.Session:
    """Return a session; its requests raise Skip (`webhook_address_refused`) for an address that is off limits.

    `watch` is told of every connection that was opened, so that it can be cut off.
    """
    import requests

    found = requests.Session()
    found.trust_env = False
    for scheme in ("http://", "https://"):
        found.mount(scheme, _adapter(watch, connect_seconds))
    return found


def _adapter(watch: Callable[[Any], None], connect_seconds: float) -> Any:
    """Return an adapter whose connections are made by the guard; requests is loaded at first use only."""
    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    class Guarded(HTTPConnection):
        def _new_conn(self) -> Any:
            watch(self)
            return _vetted(self, connect_seconds)

    class GuardedTls(HTTPSConnection):
        def _new_conn(self) -> Any:
            watch(self)
            return _vetted(self, connect_seconds)

    class Pool(HTTPConnectionPool):
        ConnectionCls = Guarded

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = GuardedTls

    adapter = HTTPAdapter()
    adapter.poolmanager.pool_classes_by_scheme = {"http": Pool, "https": TlsPool}
    return adapter


def _vetted(connection: Any, connect_seconds: float) -> Any:
    try:
        opened = connect(connection.host, connection.port, connect_seconds)
    except guard.AddressRefused as error:
        raise Skip(error.detail, code=error.stable_code) from error
    # Head and body of a request leave in two writes; the second would wait for the first to be acknowledged.
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened
