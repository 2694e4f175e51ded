"""Asking an authorization server for tokens, or to forget them (RFC 6749 section 3.2, RFC 7009): one POST to a vetted address, bounded.

No redirect is followed, since the request carries secrets; nothing of the answer but its documented members goes into an error.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import parse_qsl, quote

import orjson

from server.domain.errors import Denied, Later
from server.outbound.sessions import USER_AGENT, session

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT_SECONDS: Final = 15
LARGEST: Final = 262_144
Authentication = Literal["basic", "body"]
_REFUSED: Final = range(400, 500)
_BUSY: Final = frozenset({408, 425, 429})
_LONGEST_WORD: Final = 200


class TokenRefused(Denied):
    """The authorization server refused."""

    code = "token_refused"


def ask(
    url: str, fields: Mapping[str, str], client_id: str, client_secret: str, authentication: Authentication = "body", **headers: str
) -> dict[str, Any]:
    """Return what the server answers, an empty object for an empty answer.

    Raises TokenRefused, whose `error` member is the server's word such as `invalid_grant`; Later; Skip for an address that is off limits.
    """
    form, sent = dict(fields), {"User-Agent": USER_AGENT, "Accept": "application/json", **headers}
    if authentication == "basic":
        # RFC 6749 section 2.3.1: both are form-encoded before they are put together.
        sent["Authorization"] = "Basic " + base64.b64encode(f"{quote(client_id, safe='')}:{quote(client_secret, safe='')}".encode()).decode()
    else:
        form |= {"client_id": client_id} | ({"client_secret": client_secret} if client_secret else {})
    status, content = _post(url, form, sent)
    found = _document(content)
    if status in _REFUSED and status not in _BUSY:
        raise _refusal(status, found)
    if not 200 <= status <= 299:
        raise Later(f"The authorization server answered {status}.", code="token_endpoint_unavailable", retry_after=30)
    if found.get("error") or found.get("ok") is False:
        raise _refusal(status, found)
    return found


def _refusal(status: int, found: Mapping[str, Any]) -> TokenRefused:
    word = str(found.get("error") or f"status_{status}")[:_LONGEST_WORD]
    said = str(found.get("error_description") or "")[:_LONGEST_WORD]
    return TokenRefused(f"The authorization server refused: {word}{f' ({said})' if said else ''}.", error=word)


def _post(url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> tuple[int, bytes]:
    import requests
    from urllib3.exceptions import HTTPError

    try:
        with session() as client, client.post(url, data=form, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True) as reply:
            content: bytes = reply.raw.read(LARGEST, decode_content=True)
            return reply.status_code, content
    except (requests.RequestException, HTTPError, OSError) as error:
        message = "The authorization server could not be reached."
        raise Later(message, code="token_endpoint_unavailable", retry_after=30) from error


def _document(content: bytes) -> dict[str, Any]:
    """Return the members of an answer: JSON, or as some old servers do it, a form."""
    try:
        found = orjson.loads(content) if content.strip() else {}
    except orjson.JSONDecodeError:
        found = dict(parse_qsl(content.decode("utf-8", "replace")))
    return found if isinstance(found, dict) else {}
