"""A person's browser at the pages of OAuth: who is signed in there, and the proof that a form was shown to it.

A form that decides something is bound to the browser and the session it was shown in; cookies are for this host alone.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from server.domain.errors import Invalid
from server.services import sessions
from server.services.sessions import SignIn

if TYPE_CHECKING:
    from server.services.oauth.consent import Person
    from server.web.calls import Answer, Call

_BROWSER: Final = "junction_browser"
_SESSION: Final = "junction_session"
_LONGEST_COOKIE: Final = 200


@dataclass(frozen=True, slots=True)
class Visit:
    """A person's browser: what its cookies say. `browser` is only a random mark that forms are bound to."""

    browser: str
    token: str | None
    person: Person | None
    is_new: bool


def visit_of(call: Call) -> Visit:
    """Return who comes."""
    from server.services.oauth import consent

    jar = call.request.cookies
    browser, token = jar.get(_name(call, _BROWSER), ""), jar.get(_name(call, _SESSION))
    token = token if token and len(token) <= _LONGEST_COOKIE else None
    is_new = not 20 <= len(browser) <= _LONGEST_COOKIE
    return Visit(secrets.token_urlsafe(24) if is_new else browser, token, consent.person_of(token), is_new)


def marked(call: Call, visit: Visit, answer: Answer) -> Answer:
    """Give a new browser its mark with an answer."""
    if visit.is_new:
        answer.headers["Set-Cookie"] = _cookie(call, _BROWSER, visit.browser)
    return answer


def proof(visit: Visit, *, decides: bool) -> str:
    """Return what a form has to carry; one that `decides` something is bound to the person too."""
    from server.services.oauth import consent

    return consent.form_proof(visit.browser, visit.token if decides else None)


def is_proven(visit: Visit, offered: str, *, decides: bool) -> bool:
    """Tell whether a form was given to this browser, and one that decides something, to this person."""
    return not visit.is_new and hmac.compare_digest(proof(visit, decides=decides).encode(), offered.encode())


def sign_in(call: Call, form: dict[str, str]) -> str:
    """Sign a person in and return the cookie. Raises Invalid, Unauthenticated, Denied, Later."""
    try:
        wanted = SignIn(email=form.get("email", ""), password=form.get("password", ""), totp=form.get("totp") or None)
    except ValidationError as error:
        raise Invalid("Give your e-mail address and your password.") from error
    return _cookie(call, _SESSION, sessions.create(call.actor, wanted, call.settings.sessions.hours)["token"])


def sign_out(call: Call, visit: Visit) -> str:
    """End the session of whoever is signed in, and return the cookie that forgets it."""
    if visit.token is not None and visit.person is not None:
        sessions.end(call.actor, visit.token)
    return _cookie(call, _SESSION, "") + "; Max-Age=0"


def _cookie(call: Call, name: str, value: str) -> str:
    secure = "; Secure" if _is_secure(call) else ""
    return f"{_name(call, name)}={value}; Path=/; HttpOnly; SameSite=Lax{secure}"


def _name(call: Call, name: str) -> str:
    # Browsers take a cookie of this prefix only over https and for this host alone, so no other host can plant one.
    return f"__Host-{name}" if _is_secure(call) else name


def _is_secure(call: Call) -> bool:
    return call.settings.server.public_url.startswith("https://")
