"""The authorization endpoint: who is signed in, what is asked, and what the person decides.

A request is looked at before anybody signs in. A client that cannot prove who it is asks every time; one that can is let through
when the person has allowed it all before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from authlib.oauth2.rfc6749 import AccessDeniedError, OAuth2Error

from server.services import vaults
from server.services.oauth import scopes, trail
from server.services.oauth.messages import Asked, Message, Reply, refuse_repeats
from server.services.oauth.provider import Provider
from server.store import authorizations, clients, database, sessions, users
from server.system import clock

if TYPE_CHECKING:
    from server.services.oauth.client_model import Client
    from server.services.oauth.issuers import Issuer

FORM: Final = "oauth-form"


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in; `auth_time` is when, in milliseconds."""

    id: str
    tenant_id: str
    email: str
    auth_time: int
    must_change_password: bool


@dataclass(slots=True)
class Screen:
    """What to show: `name` is sign_in, consent or refused. `back` is the redirect address that the form may lead to."""

    name: str
    client: str = ""
    person: Person | None = None
    allows: tuple[str, ...] = ()
    back: str | None = None
    problem: str | None = None


class Authorizing:
    """One authorization request."""

    def __init__(self, asked: Asked, issuer: Issuer) -> None:
        """Take the request; nothing is checked yet."""
        self._provider = Provider(asked, issuer)
        self._message: Message = self._provider.message
        self._grant: Any = None

    def show(self, person: Person | None) -> Screen | Reply:
        """Return the page to show, or where to send the browser."""
        refused = self._check()
        if refused is not None:
            return refused
        prompts = (self._message.payload.data.get("prompt") or "").split()
        if person is None or "login" in prompts or self._is_stale(person):
            return self._send_back("login_required") if "none" in prompts else self._screen("sign_in", None)
        problem = self._problem_of(person)
        if problem:
            return self._screen("sign_in", None, problem)
        if "consent" not in prompts and self._was_allowed(person):
            return self.decide(person, allowed=True)
        return self._send_back("consent_required") if "none" in prompts else self._screen("consent", person)

    def sign_in_again(self, problem: str) -> Screen | Reply:
        """Return the sign-in page with what went wrong."""
        return self._check() or self._screen("sign_in", None, problem)

    def decide(self, person: Person, *, allowed: bool) -> Reply:
        """Send the browser back to the client with a code, or with the refusal."""
        refused = self._check()
        if isinstance(refused, Reply):
            return refused
        if refused is not None or self._problem_of(person):
            return Reply(400, {"error": "invalid_request"})
        user = {"id": person.id, "tenant_id": person.tenant_id, "auth_time": person.auth_time} if allowed else None
        with database.transaction():
            if not allowed:
                where = (person.tenant_id, self._client.row["mode"])
                trail.record(self._message.asked, ("user", person.id), where, "authorization.denied", self._client.id)
            return cast("Reply", self._provider.create_authorization_response(self._message, user, self._grant))

    @property
    def _client(self) -> Client:
        return cast("Client", self._message.client)

    def _check(self) -> Screen | Reply | None:
        """Return how to refuse a bad request: to the client only when its redirect address is certain (RFC 6749 section 4.1.2.1)."""
        if self._grant is not None:
            return None
        try:
            refuse_repeats(self._message.asked.pairs)
            self._grant = self._provider.get_consent_grant(self._message)
        except OAuth2Error as error:
            if error.redirect_uri:
                return cast("Reply", self._provider.handle_error_response(self._message, error))
            return Screen("refused", problem=str(error.get_error_description() or error.error))
        return None

    def _screen(self, name: str, person: Person | None, problem: str | None = None) -> Screen:
        allows = tuple(scopes.described(frozenset(self._message.scope.split())))
        return Screen(name, self._client.name, person, allows, self._grant.redirect_uri, problem)

    def _send_back(self, code: str) -> Reply:
        error = AccessDeniedError(error=code, redirect_uri=self._grant.redirect_uri, state=self._message.payload.state)
        return cast("Reply", self._provider.handle_error_response(self._message, error))

    def _is_stale(self, person: Person) -> bool:
        limit = self._message.payload.data.get("max_age", "")
        return limit.isascii() and limit.isdigit() and clock.now_ms() - person.auth_time > int(limit[:12]) * 1000

    def _problem_of(self, person: Person) -> str | None:
        if person.must_change_password:
            return "Choose a new password first; this one was set by somebody else."
        if not person.tenant_id:
            return "Operators of the appliance belong to no tenant, so there is nothing an application could do for you."
        issuer_tenant = self._provider.issuer.tenant_id
        if not self._client.serves(person.tenant_id) or issuer_tenant not in {None, person.tenant_id}:
            return "This application belongs to another organisation than you do."
        if self._client.tenant_id is None and not clients.registration_is_open(person.tenant_id):
            return "Your organisation does not let applications register themselves."
        return None

    def _was_allowed(self, person: Person) -> bool:
        client = self._client
        if not client.confidential:
            return False
        before = authorizations.allowed_scopes(person.tenant_id, client.row["mode"], person.id, client.id)
        return bool(before) and all(scopes.covers(before, scope) for scope in self._message.scope.split())


def person_of(token: str | None) -> Person | None:
    """Return who a session's token belongs to, None when it is no live one."""
    found = sessions.find_by_digest(vaults.vault().digest(token, "session"), clock.now_ms()) if token else None
    user = users.find_anywhere(found.user_id) if found and found.tenant_status == "active" else None
    if found is None or user is None:
        return None
    return Person(user["id"], found.tenant_id, user["email"], found.created_at, found.must_change_password)


def form_proof(browser: str, token: str | None) -> str:
    """Return what a form has to carry: it proves that this browser was shown the page, as this person."""
    return vaults.vault().digest(f"{browser}\n{token or ''}", FORM)
