"""The other side of OAuth in tests: a client that sends what it is told, and a person with a browser."""

from __future__ import annotations

import base64
import hashlib
import html
import re
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from server.domain.actor import system_actor
from server.services import users
from server.services.oauth import clients
from server.services.oauth.clients import NewClient
from server.services.users import NewUser
from server.store import database
from server.system import ids
from tests.api.appliance import Appliance
from tests.api.client import Client, Reply

PASSWORD = "correct horse battery staple"
CALLBACK = "https://app.example.com/callback"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
FIELD = re.compile(r'name="csrf" value="([^"]+)"')
ACTION = re.compile(r'action="([^"]+)"')


def pkce() -> tuple[str, str]:
    """Return a verifier and its challenge."""
    verifier = secrets.token_urlsafe(48)
    return verifier, base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


VERIFIER, CHALLENGE = pkce()


def person(tenant_id: str, role: str = "owner") -> str:
    """Make somebody who can sign in, and return the address."""
    email = f"{ids.new_id('person')}@example.com"
    users.create(system_actor(tenant_id), NewUser.model_validate({"email": email, "name": "Alice", "role": role, "password": PASSWORD}))
    return email


@dataclass
class App:
    """A registered client; `secret` is None for a public one."""

    appliance: Appliance
    id: str
    secret: str | None
    base: str = "/oauth"

    @property
    def basic(self) -> dict[str, str]:
        """The header that proves it."""
        return {"Authorization": "Basic " + base64.b64encode(f"{self.id}:{self.secret}".encode()).decode()} if self.secret else {}

    def post(self, path: str, headers: dict[str, str] | None = None, **form: Any) -> Reply:
        """Send a form to an endpoint, proven by the header unless other headers are given."""
        if self.secret is None:
            form = {"client_id": self.id, **form}
        return self.appliance.anonymous.send(
            "POST", f"{self.base}/{path}", urlencode(form, doseq=True).encode(), {**FORM, **(self.basic if headers is None else headers)}
        )

    def request(self, **changed: Any) -> str:
        """Return the address of an authorization request; a value of None leaves a parameter out."""
        given = {
            "response_type": "code",
            "client_id": self.id,
            "redirect_uri": CALLBACK,
            "scope": "contacts:read",
            "state": "a state / with & signs",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **changed,
        }
        return f"{self.base}/authorize?" + urlencode({name: value for name, value in given.items() if value is not None}, doseq=True)

    def exchange(self, code: str, **changed: Any) -> Reply:
        """Send a code for tokens."""
        given = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER, **changed}
        return self.post("token", **{name: value for name, value in given.items() if value is not None})

    def refresh(self, token: str, **more: Any) -> Reply:
        """Send a refresh token for new ones."""
        return self.post("token", grant_type="refresh_token", refresh_token=token, **more)

    def use(self, token: str, path: str = "/api/v1/contacts", method: str = "GET", body: Any = None) -> Reply:
        """Call the API with an access token."""
        return self.appliance.client(token).send(method, path, body)


def app(appliance: Appliance, tenant_id: str, **changed: Any) -> App:
    """Make a client of a tenant."""
    given = {
        "name": "Example app",
        "grant_types": ["authorization_code", "refresh_token"],
        "scopes": ["contacts:write", "openid", "profile", "email", "offline_access"],
        "redirect_uris": [CALLBACK],
        **changed,
    }
    with database.transaction():
        made = clients.create(system_actor(tenant_id), NewClient.model_validate(given))
    return App(appliance, made["client_id"], made["client_secret"])


def service_app(appliance: Appliance, tenant_id: str, **changed: Any) -> App:
    """Make a client that acts by itself."""
    given = {"grant_types": ["client_credentials"], "scopes": ["contacts:write"], "redirect_uris": [], **changed}
    return app(appliance, tenant_id, **given)


@dataclass
class Browser:
    """A person's browser: cookies, the page it shows, and the address it was sent to."""

    client: Client
    cookies: dict[str, str] = field(default_factory=dict)
    last: Reply | None = None

    def open(self, target: str) -> Reply:
        """Open an address."""
        return self._send("GET", target, None)

    def press(self, act: str, **fields: str) -> Reply:
        """Fill the form of the page and press a button."""
        text = self.page
        found, action = FIELD.search(text), ACTION.search(text)
        assert found, text
        assert action, text
        body = urlencode({"csrf": html.unescape(found[1]), "act": act, **fields}).encode()
        reply = self._send("POST", html.unescape(action[1]), body)
        where = reply.headers.get("location", "")
        return self.open(where) if reply.status == 303 and where.startswith("/") else reply

    @property
    def page(self) -> str:
        """The text of the page it shows."""
        assert self.last is not None
        return self.last.body.decode()

    def _send(self, method: str, target: str, body: bytes | None) -> Reply:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        reply = self.client.send(method, target, body, {**headers, **(FORM if body is not None else {})})
        if cookie := reply.headers.get("set-cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        self.last = reply
        return reply

    def sign_in(self, app: App, email: str, **changed: Any) -> Reply:
        """Open an authorization request and sign in."""
        self.open(app.request(**changed))
        return self.press("sign_in", email=email, password=PASSWORD)

    def allow(self, app: App, email: str, **changed: Any) -> dict[str, str]:
        """Go the whole way, and return what the client is sent back with."""
        reply = self.sign_in(app, email, **changed)
        # Who has allowed it all before is not asked again.
        return sent_back(self.press("allow") if reply.status == 200 else reply)


def sent_back(reply: Reply) -> dict[str, str]:
    """Return the parameters that the browser carries back to the client."""
    assert reply.status == 303, reply.body
    return {name: values[0] for name, values in parse_qs(urlsplit(reply.headers["location"]).query, keep_blank_values=True).items()}


def tokens_of(app: App, email: str, **changed: Any) -> dict[str, Any]:
    """Return the tokens that a person allowed a client."""
    code = Browser(app.appliance.anonymous).allow(app, email, **changed)["code"]
    reply = app.exchange(code)
    assert reply.status == 200, reply.body
    found: dict[str, Any] = reply.json
    return found
