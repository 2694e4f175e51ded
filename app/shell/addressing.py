"""Whether the address that an appliance believes to have is the one that it is reached by: links in mails and redirects begin with it."""

from __future__ import annotations

from urllib.parse import urlsplit

from app.client.api import Api
from app.client.cancellation import Cancellation

_PORTS = {"http": 80, "https": 443}
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def mismatch(api: Api, cancellation: Cancellation) -> str | None:
    """Return the public address as it is set, when it is not the one that is used now; None when they agree."""
    rows = api.page("/admin/v1/settings", cancellation=cancellation).rows
    said = next((str(row["value"]) for row in rows if row["name"] == "server.public_url"), "")
    return said if said and _place(said) != _place(api.transport.url) else None


def _place(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    return parts.scheme, "localhost" if host in _LOCAL else host, parts.port or _PORTS.get(parts.scheme, 0)
