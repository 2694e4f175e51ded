"""A vendor's identity provider: consent, codes with PKCE, refresh tokens that work once, and a count of every token call.

A refresh token that is used twice ends the whole grant, as providers with rotation do.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import urlencode, urlsplit

from tests.vendors.messages import Answer, Call
from tests.vendors.timing import VendorClock

CLIENT_ID, CLIENT_SECRET = "junction-client", "junction-client-secret"


@dataclass(frozen=True)
class IdentityFacts:
    """How a vendor's authorisation server behaves. Addresses are absolute; `extra` stands in every token answer."""

    authorize: str
    token: str
    revoke: str = ""
    expires_in: int | None = 3600
    rotates: bool = False
    pkce: Literal["optional", "required"] = "optional"
    client: Literal["body", "basic", "bearer", "either"] = "either"
    separator: str = " "
    extra: Mapping[str, str] = field(default_factory=dict)
    redirect_extra: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Grant:
    """What a person has consented to."""

    scope: str
    live: bool = True


@dataclass(frozen=True)
class Code:
    """A code that waits to be exchanged, once."""

    grant: Grant
    redirect_uri: str
    challenge: str = ""


@dataclass
class Mischief:
    """What a test wants to go wrong."""

    wrong_state: bool = False
    no_expires_in: bool = False
    scope: str | None = None
    denied: bool = False


class IdentityProvider:
    """The authorisation server of one vendor."""

    def __init__(self, facts: IdentityFacts | None, clock: VendorClock) -> None:
        self.facts = facts or IdentityFacts("", "")
        self.clock = clock
        self.codes: dict[str, Code] = {}
        self.refresh_tokens: dict[str, Grant] = {}
        self.spent: dict[str, Grant] = {}
        self.access_tokens: dict[str, tuple[Grant, int | None]] = {}
        self.mischief = Mischief()
        self.token_calls = 0
        self.refreshes = 0
        self.reuses = 0

    def grant(self, scope: str = "") -> tuple[str, str]:
        """Return an access token and a refresh token, as if somebody had consented a while ago."""
        return self.issue(Grant(scope))

    def issue(self, grant: Grant) -> tuple[str, str]:
        access, refresh = f"at-{secrets.token_hex(8)}", f"rt-{secrets.token_hex(8)}"
        life = self.facts.expires_in
        self.access_tokens[access] = (grant, None if life is None else self.clock.now() + life * 1000)
        self.refresh_tokens[refresh] = grant
        return access, refresh

    def accept(self, token: str) -> str:
        """Take a token of the test's own, such as an API key that never expires."""
        self.access_tokens[token] = (Grant(""), None)
        return token

    def holds(self, token: str) -> bool:
        grant, until = self.access_tokens.get(token, (None, None))
        return grant is not None and grant.live and (until is None or until > self.clock.now())

    def expire_access(self) -> None:
        """End every access token; refresh tokens live on."""
        self.access_tokens.clear()

    def revoke_all(self) -> None:
        """End every grant, as a person does in the vendor's settings."""
        for grant in [*self.refresh_tokens.values(), *(grant for grant, _ in self.access_tokens.values())]:
            grant.live = False

    def answer(self, call: Call) -> Answer | None:
        """Answer a call to one of the server's own addresses; None for any other."""
        found = {self.facts.authorize: self.authorize, self.facts.token: self.exchange, self.facts.revoke: self.revoke}
        act = found.get(f"{urlsplit(call.url).scheme}://{call.host}{call.path}") if self.facts.token else None
        return act(call) if act else None

    def authorize(self, call: Call) -> Answer:
        """Send the person back with a code, as if they had consented at once."""
        asked = call.arguments
        if asked.get("client_id") != CLIENT_ID or asked.get("response_type") != "code":
            return Answer(400, {"content-type": "text/html"}, b"<h1>invalid client</h1>")
        back = {"state": "not-the-state-that-was-sent" if self.mischief.wrong_state else asked.get("state", "")}
        if self.mischief.denied:
            back |= {"error": "access_denied"}
        else:
            code = secrets.token_urlsafe(12)
            scope = asked.get("scope", "") if self.mischief.scope is None else self.mischief.scope
            self.codes[code] = Code(Grant(scope), asked["redirect_uri"], asked.get("code_challenge", ""))
            back |= {"code": code, **self.facts.redirect_extra}
        glue = "&" if urlsplit(asked["redirect_uri"]).query else "?"
        return Answer(302, {"location": f"{asked['redirect_uri']}{glue}{urlencode(back)}"})

    def exchange(self, call: Call) -> Answer:
        """Answer the token endpoint."""
        self.token_calls += 1
        if not self.knows_client(call):
            return problem(401, "invalid_client")
        form = call.form
        kinds = {"authorization_code": self.by_code, "refresh_token": self.by_refresh_token, "client_credentials": self.by_client}
        act = kinds.get(form.get("grant_type", ""))
        return act(form) if act else problem(400, "unsupported_grant_type")

    def knows_client(self, call: Call) -> bool:
        form, header = call.form, call.headers.get("authorization", "")
        in_header = header == "Basic " + base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        in_body = (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        as_bearer = header == f"Bearer {CLIENT_SECRET}"
        return {"basic": in_header, "body": in_body, "bearer": as_bearer, "either": in_header or in_body}[self.facts.client]

    def by_code(self, form: dict[str, str]) -> Answer:
        code = self.codes.pop(form.get("code", ""), None)
        if code is None or code.redirect_uri != form.get("redirect_uri"):
            return problem(400, "invalid_grant")
        if (code.challenge or self.facts.pkce == "required") and challenge(form.get("code_verifier", "")) != code.challenge:
            return problem(400, "invalid_grant")
        return self.tokens(code.grant, *self.issue(code.grant))

    def by_refresh_token(self, form: dict[str, str]) -> Answer:
        given = form.get("refresh_token", "")
        if given in self.spent:
            self.reuses += 1
            self.spent[given].live = False
        grant = self.refresh_tokens.get(given)
        if grant is None or not grant.live:
            return problem(400, "invalid_grant")
        self.refreshes += 1
        access, renewed = self.issue(grant)
        if self.facts.rotates:
            self.spent[given] = self.refresh_tokens.pop(given)
            return self.tokens(grant, access, renewed)
        del self.refresh_tokens[renewed]
        return self.tokens(grant, access, "")

    def by_client(self, form: dict[str, str]) -> Answer:
        grant = Grant(form.get("scope", ""))
        access, refresh = self.issue(grant)
        del self.refresh_tokens[refresh]
        return self.tokens(grant, access, "")

    def tokens(self, grant: Grant, access: str, refresh: str) -> Answer:
        scope = grant.scope if self.mischief.scope is None else self.mischief.scope
        found: dict[str, object] = {"access_token": access, "token_type": "bearer", "scope": self.facts.separator.join(scope.split())}
        if refresh:
            found["refresh_token"] = refresh
        if self.facts.expires_in is not None and not self.mischief.no_expires_in:
            found["expires_in"] = self.facts.expires_in
        return Answer.of({**found, **self.facts.extra})

    def revoke(self, call: Call) -> Answer:
        """End the grant of a token."""
        given = call.form.get("token", "") or call.arguments.get("token", "")
        grant = self.refresh_tokens.get(given) or self.access_tokens.get(given, (None, None))[0]
        if grant is not None:
            grant.live = False
        return Answer(200)

    def rotating(self) -> None:
        """Let refresh tokens work once from now on."""
        self.facts = replace(self.facts, rotates=True)


def challenge(verifier: str) -> str:
    """Return what a verifier of PKCE is known by (RFC 7636, S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=") if verifier else ""


def problem(status: int, code: str) -> Answer:
    """Return an error of RFC 6749."""
    return Answer.of({"error": code, "error_description": code.replace("_", " ")}, status)
