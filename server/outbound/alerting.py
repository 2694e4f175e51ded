"""Posting alerts to the operators' address: one signed POST to a vetted address, no redirect, no proxy of the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Later, Skip
from server.outbound import guard
from server.outbound.sockets import connect
from server.system.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    import requests

TIMEOUT_SECONDS: Final = 15
USER_AGENT: Final = f"Junction/{VERSION}"
_ACCEPTED: Final = range(200, 300)


def post(url: str, headers: Mapping[str, str], body: bytes) -> None:
    """Post once. Raises Later unless the answer is a 2xx, AddressRefused for an address that is off limits."""
    import requests
    from urllib3.exceptions import HTTPError

    try:
        with _session() as session:
            reply = session.post(url, data=body, headers={**headers, "User-Agent": USER_AGENT}, timeout=TIMEOUT_SECONDS, allow_redirects=False)
            status = reply.status_code
    except (requests.RequestException, HTTPError, OSError) as error:
        raise Later(f"The address for alerts could not be reached: {error}"[:500], code="alert_unreachable") from error
    if status not in _ACCEPTED:
        raise Later(f"The address for alerts answered {status}.", code="alert_refused")


def _session() -> requests.Session:
    import requests

    session = requests.Session()
    session.trust_env = False
    for scheme in ("http://", "https://"):
        session.mount(scheme, _adapter())
    return session


def _adapter() -> Any:
    """Return an adapter whose connections are made by the guard; requests is loaded at the first alert only."""
    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    class Guarded(HTTPConnection):
        def _new_conn(self) -> Any:
            return _vetted(self)

    class GuardedTls(HTTPSConnection):
        def _new_conn(self) -> Any:
            return _vetted(self)

    class Pool(HTTPConnectionPool):
        ConnectionCls = Guarded

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = GuardedTls

    adapter = HTTPAdapter()
    adapter.poolmanager.pool_classes_by_scheme = {"http": Pool, "https": TlsPool}
    return adapter


def _vetted(connection: Any) -> Any:
    try:
        return connect(connection.host, connection.port, TIMEOUT_SECONDS)
    except guard.AddressRefused as error:
        raise Skip(error.detail, code=error.stable_code) from error
