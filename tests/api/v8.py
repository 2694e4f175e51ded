"""The other side of SuiteCRM's V8 interface in tests: a tenant that lets its clients in, and a client that sends what it is told."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from server.domain.actor import Mode, system_actor
from server.services import legacy
from server.services.legacy import NewLegacyPassword
from server.services.oauth import clients
from server.services.oauth.clients import NewClient
from server.store import database, users
from tests.api.appliance import Appliance
from tests.api.client import Reply

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Suite:
    """A client of a tenant with legacy access; `username` and `password` are a person's application password."""

    appliance: Appliance
    tenant_id: str
    id: str
    secret: str
    username: str
    password: str
    user_id: str
    prefix: str = "/Api"
    token: str = ""

    @property
    def basic(self) -> dict[str, str]:
        """The header that proves the client."""
        return {"Authorization": "Basic " + base64.b64encode(f"{self.id}:{self.secret}".encode()).decode()}

    def grant(self, headers: dict[str, str] | None = None, **form: str) -> Reply:
        """Ask for tokens; the client is in the body unless headers are given."""
        given: dict[str, str] = form if headers is not None else {"client_id": self.id, "client_secret": self.secret, **form}
        return self.appliance.anonymous.send("POST", f"{self.prefix}/access_token", urlencode(given).encode(), {**FORM, **(headers or {})})

    def sign_in(self, **form: str) -> Suite:
        """Get a token by the client's secret, or by what is given, and keep it."""
        reply = self.grant(None, **(form or {"grant_type": "client_credentials"}))
        assert reply.status == 200, reply.body
        self.token = reply.json["access_token"]
        return self

    def as_person(self) -> Suite:
        """Get a token by the application password, and keep it."""
        return self.sign_in(grant_type="password", username=self.username, password=self.password)

    def send(self, method: str, path: str, body: Any = None, **query: str) -> Reply:
        """Call V8 with the token."""
        return self.appliance.client(self.token).send(method, f"{self.prefix}/V8{path}", body, query=query or None)

    def get(self, path: str, **query: str) -> Any:
        """Read, and return the document."""
        reply = self.send("GET", path, **query)
        assert reply.status == 200, reply.body
        return reply.json

    def made(self, module: str, **attributes: Any) -> str:
        """Create a record and return its id."""
        reply = self.send("POST", "/module", {"data": {"type": module, "attributes": attributes}})
        assert reply.status == 201, reply.body
        return str(reply.json["data"]["id"])


def suite(appliance: Appliance, tenant_id: str, role: str = "admin", *, mode: Mode = "live", **changed: Any) -> Suite:
    """Switch legacy access on for a tenant, and make a client and a person with an application password."""
    actor = system_actor(tenant_id, mode)
    given = {"name": "Old CRM", "grant_types": ["client_credentials", "password", "refresh_token"], "scopes": ["*"], **changed}
    legacy.put(actor, enabled=True)
    with database.transaction():
        user_id = appliance.user("alice", tenant_id, role)
        made = clients.create(actor, NewClient.model_validate(given))
    password = legacy.create_password(actor, NewLegacyPassword(user_id=user_id))
    row = users.find(tenant_id, user_id)
    assert row is not None
    return Suite(appliance, tenant_id, made["client_id"], made["client_secret"], row["email"], password["password"], user_id)
