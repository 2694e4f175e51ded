"""Where V8's clients get tokens; it answers as SuiteCRM's OAuth layer does, without what is wrong there.

There an unknown client or user is a 500, and a wrong password comes back in plain text. Here they are 401 and 400, and no
answer holds anything that was sent as a secret.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_plus

import orjson

from server.domain import errors
from server.domain.errors import Invalid
from server.services.suitecrm import tokens
from server.web import bodies, oauth, problems
from server.web.calls import Answer, Call
from server.web.routes import FORM, Group, Runs

if TYPE_CHECKING:
    from server.domain.errors import JunctionError
    from server.web.routes import Route

ADDRESSES: Final = ("/Api", "/legacy/Api", "/Api/index.php", "/legacy/Api/index.php")
_JSON: Final = "application/json; charset=UTF-8"
_WORDS: Final = {
    "invalid_client": (401, "invalid_client"),
    "invalid_refresh_token": (401, "invalid_request"),
    "invalid_grant": (400, "invalid_grant"),
    "invalid_scope": (400, "invalid_scope"),
    "unsupported_grant_type": (400, "unsupported_grant_type"),
}


def issue_token(call: Call) -> Answer:
    """Give tokens for a grant."""
    oauth.check_transport(call.request, call.settings)
    given = _form(call)
    header = call.headers.get("Authorization")
    try:
        found = tokens.issue(call.actor, given, _basic(header), call.admit or _uncounted)
    except errors.Unauthenticated as error:
        refused = refusal(error)
        if header is not None and refused.status == 401:
            refused.headers["WWW-Authenticate"] = 'Basic realm="OAuth"'
        return refused
    return Answer(orjson.dumps(found), 200, {"Cache-Control": "no-store", "Pragma": "no-cache"}, content_type=_JSON)


def _uncounted(*_: Any) -> None:
    """Count nothing: only the door counts."""


def _form(call: Call) -> dict[str, str]:
    """Return the body's fields: of a form, or of a JSON object with texts in it."""
    raw: bytes = call.document or b""
    if not raw:
        return {}
    bodies.check_media_type(call.request, ("application/json", *FORM))
    if call.request.content_type == FORM[0]:
        return dict(bodies.parse_form(raw))
    found = bodies.parse(raw)
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise Invalid("The body has to be an object of texts.", code="invalid_request")
    return found


def _basic(header: str | None) -> tuple[str, str] | None:
    """Return client id and secret of the header, None without ones that could be."""
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, colon, secret = base64.b64decode(token.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (unquote_plus(client_id), unquote_plus(secret)) if colon else None


def refusal(error: JunctionError) -> Answer:
    """Return an error in the words of SuiteCRM's OAuth layer."""
    status, word = _WORDS.get(error.stable_code) or _by_class(error)
    said = "Something went wrong here." if status == 500 else error.detail
    found = Answer(orjson.dumps({"error": word, "error_description": said, "message": said}), status)
    if error.retry_after is not None:
        found.headers["Retry-After"] = str(error.retry_after)
    return found


def _by_class(error: JunctionError) -> tuple[int, str]:
    status = problems.status_of(error)
    if status >= 500:
        return status, "server_error" if status == 500 else "temporarily_unavailable"
    return (status, "temporarily_unavailable" if status == 429 else "invalid_request") if status in {413, 415, 429} else (400, "invalid_request")


def _routes() -> list[Route]:
    rest: dict[str, Any] = {"protocol": "suitecrm_tokens", "any_query": True, "described": False, "runs": Runs.WORK, "raw": True, "when_full": True}
    return [
        Group(address, "SuiteCRM V8", access="anyone").post(
            "/access_token", issue_token, "Get tokens", name=f"issue_v8_token{address.replace('.php', '').replace('/', '_').lower()}", **rest
        )
        for address in ADDRESSES
    ]


ROUTES: Final = _routes()
