"""The provider asked in this process: clients of tenant A, requests as they come, and what alice allows."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import parse_qs, urlsplit

from server.domain.actor import system_actor
from server.services.oauth import clients
from server.services.oauth.client_model import Client
from server.services.oauth.clients import NewClient
from server.services.oauth.consent import Authorizing, Person
from server.services.oauth.issuers import Issuer
from server.services.oauth.messages import Asked, Message, Reply
from server.services.oauth.provider import Provider
from server.store import clients as store
from server.store import database
from server.system import clock
from server.web.passages import NOBODY
from tests.api.oauth import CALLBACK, CHALLENGE, VERIFIER
from tests.tenants import TENANT_A

PUBLIC = "https://junction.example.com"
HERE = Issuer(PUBLIC, None)
WEB = {"grant_types": ["authorization_code", "refresh_token"], "redirect_uris": [CALLBACK]}
OWN = {"grant_types": ["client_credentials"]}


class App:
    """A client of tenant A with its secret."""

    def __init__(self, **changed: Any) -> None:
        given = {"name": "App", "scopes": ["contacts:write", "openid", "email"], **(changed or WEB)}
        made = clients.create(system_actor(TENANT_A), NewClient.model_validate(given))
        self.id: str = made["id"]
        self.secret: str | None = made["client_secret"]

    @property
    def client(self) -> Client:
        """The client as the grants see it."""
        row = store.find_anywhere(self.id)
        assert row
        return Client(row)

    def asked(self, **pairs: Any) -> Asked:
        """Return a request to the token endpoint."""
        header = "Basic " + base64.b64encode(f"{self.id}:{self.secret}".encode()).decode() if self.secret else None
        given = pairs if self.secret else {"client_id": self.id, **pairs}
        return asked("POST", list(given.items()), header)

    def token(self, *, issuer: Issuer = HERE, **pairs: Any) -> Reply:
        """Ask for tokens."""
        with database.transaction():
            return Provider(self.asked(**pairs), issuer).answer_token_request()

    def authorizing(self, *, issuer: Issuer = HERE, **changed: Any) -> Authorizing:
        """Return an authorization request."""
        given = {"response_type": "code", "client_id": self.id, "redirect_uri": CALLBACK, "scope": "contacts:read", "state": "s"}
        given |= {"code_challenge": CHALLENGE, "code_challenge_method": "S256", **changed}
        return Authorizing(asked("GET", [pair for pair in given.items() if pair[1]]), issuer)

    def code(self, **changed: Any) -> str:
        """Return a code that alice allowed."""
        return back(self.authorizing(**changed).decide(ALICE, allowed=True))["code"]

    def exchange(self, code: str, **changed: Any) -> Reply:
        """Send a code for tokens."""
        return self.token(**{"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER, **changed})


ALICE = Person("usr_alice", TENANT_A, "alice@example.com", clock.now_ms(), must_change_password=False)


def asked(method: str = "POST", pairs: Any = (), authorization: str | None = None, certificate: bytes | None = None) -> Asked:
    """Return a request as the door hands it on."""
    return Asked(method, pairs, authorization, certificate, NOBODY, lambda *_: None)


def message(*pairs: tuple[str, str], **rest: Any) -> Message:
    """Return a request as the grants see it."""
    return Message(asked("POST", pairs, **rest))


def back(reply: Reply) -> dict[str, str]:
    """Return what the browser carries back."""
    assert reply.location is not None
    return {name: values[0] for name, values in parse_qs(urlsplit(reply.location).query).items()}
