"""How many OAuth tokens are issued in a second: by a client's secret, opaque ones and signed ones, each checked and committed."""

from __future__ import annotations

import base64
from urllib.parse import urlencode

from tests.bench.rig import Rig, load

GOAL = 200.0
SECONDS = 5.0
FORMATS = ("opaque", "jwt")


def issued(rig: Rig, token_format: str, seconds: float = SECONDS) -> dict[str, float]:
    """Ask for tokens as fast as they are given, and return the figures."""
    body = {"name": "Bench", "grant_types": ["client_credentials"], "scopes": ["contacts:read"], "token_format": token_format}
    with rig.api() as port:
        client = rig.call(port, "POST", "/api/v1/clients", body)
        return load(port, [_asking(client["client_id"], client["client_secret"])], seconds=seconds)


def _asking(client_id: str, secret: str) -> str:
    proof = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    body = urlencode({"grant_type": "client_credentials", "scope": "contacts:read"})
    head = f"POST /oauth/token HTTP/1.1\r\nHost: bench\r\nAuthorization: Basic {proof}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    return base64.b64encode(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()).decode()


def line(token_format: str, found: dict[str, float]) -> tuple[str, bool]:
    """Return the line of a format, and whether its goal is met."""
    said = f"{found['rps']:8.0f}/s median {found['median_ms']:6.2f} ms p99 {found['p99_ms']:6.2f} ms (goal {GOAL:.0f}/s)"
    return f"{f'tokens, {token_format}':<28}  {said}", found["rps"] >= GOAL
