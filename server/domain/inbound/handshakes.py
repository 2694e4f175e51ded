"""Handshakes: what a vendor asks to see that an address is ours. Each answers it, or returns None for an ordinary message.

Those in `BEFORE` come unsigned by their nature and are looked at first; they write nothing. Those in `AFTER` are signed like
any message and are answered once that has been verified.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Unauthenticated
from server.domain.inbound.verification import decoded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from server.domain.inbound.arrivals import Arrival
    from server.domain.inbound.verification import Trust

_LONGEST_ECHO: Final = 1024
_PING: Final = re.compile(rb"webhook_id=[0-9]{1,20}")
_TEST_KEY: Final = b"test-webhook"


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered: text as it is, a JSON value, or nothing."""

    text: str = ""
    value: Any = None
    status: int = 200


def _echo(text: str | None) -> Reply | None:
    return Reply(text) if text is not None and len(text) <= _LONGEST_ECHO else None


def _graph(arrival: Arrival, _trust: Trust) -> Reply | None:
    return _echo(arrival.text("query:validationToken")) if arrival.method in {"POST", "GET"} else None


def _dropbox(arrival: Arrival, _trust: Trust) -> Reply | None:
    return _echo(arrival.text("query:challenge")) if arrival.method == "GET" else None


def _meta(arrival: Arrival, trust: Trust) -> Reply | None:
    if arrival.method != "GET" or arrival.text("query:hub.mode") != "subscribe":
        return None
    token = trust.parameters.get("verify_token", "")
    if not token or not hmac.compare_digest(token.encode(), (arrival.text("query:hub.verify_token") or "").encode()):
        raise Unauthenticated("The verify token is not the one of this source.", code="signature_mismatch")
    return _echo(arrival.text("query:hub.challenge"))


def _get(arrival: Arrival, _trust: Trust) -> Reply | None:
    return Reply() if arrival.method in {"GET", "HEAD"} else None


def _mandrill(arrival: Arrival, trust: Trust) -> Reply | None:
    """Answer the test that comes before there is a key: signed with a word that everybody knows, and empty."""
    if arrival.method in {"GET", "HEAD"}:
        return Reply()
    if dict(arrival.form) != {"mandrill_events": "[]"}:
        return None
    offered = decoded(arrival.text("header:X-Mandrill-Signature") or "", "base64") or b""
    expected = hmac.digest(_TEST_KEY, f"{arrival.url}mandrill_events[]".encode(), "sha1")
    return Reply() if hmac.compare_digest(offered, expected) and any(trust.secrets) else None


def _woocommerce(arrival: Arrival, _trust: Trust) -> Reply | None:
    """Answer the ping that a shop sends unsigned when the webhook is made; it says nothing but a number."""
    return Reply() if arrival.method == "POST" and _PING.fullmatch(arrival.body) else None


def _slack(arrival: Arrival, _trust: Trust) -> Reply | None:
    challenge = arrival.text("json:challenge") if arrival.text("json:type") == "url_verification" else None
    return None if challenge is None else Reply(value={"challenge": challenge})


def _zoom(arrival: Arrival, trust: Trust) -> Reply | None:
    token = arrival.text("json:payload.plainToken") if arrival.text("json:event") == "endpoint.url_validation" else None
    if token is None:
        return None
    return Reply(value={"plainToken": token, "encryptedToken": hmac.digest(trust.secrets[0].encode(), token.encode(), "sha256").hex()})


def _discord(arrival: Arrival, _trust: Trust) -> Reply | None:
    """Answer a ping: of interactions, which is of type 1, with the same; of events, which is of type 0, with nothing."""
    kind = arrival.text("json:type")
    if kind == "1" and arrival.text("json:event.type") is None:
        return Reply(value={"type": 1})
    return Reply(status=204) if kind == "0" else None


BEFORE: Final[Mapping[str, Callable[[Arrival, Trust], Reply | None]]] = {
    "graph": _graph,
    "dropbox": _dropbox,
    "meta": _meta,
    "get": _get,
    "mandrill": _mandrill,
    "woocommerce": _woocommerce,
}
AFTER: Final[Mapping[str, Callable[[Arrival, Trust], Reply | None]]] = {"slack": _slack, "zoom": _zoom, "discord": _discord}
