"""Scopes and roles together: a token never opens what either of them does not allow."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.domain import keys
from server.domain.permissions import RECORDS, ROLES, SCOPES, grants
from server.services.oauth import tokens
from server.store import database
from tests.api.appliance import Appliance, Personas
from tests.api.client import Client
from tests.api.oauth import app
from tests.pace import SOON, awaited

# An address of each scope, and what it answers when the door is open; a body that is refused has passed the door.
DOORS: Final = {
    **{f"{plural}:read": ("GET", f"/api/v1/{plural}") for plural in RECORDS if plural != "objects"},
    **{f"{plural}:write": ("POST", f"/api/v1/{plural}") for plural in RECORDS if plural != "objects"},
    "webhooks:read": ("GET", "/api/v1/webhooks"),
    "webhooks:write": ("POST", "/api/v1/webhooks"),
    "keys:read": ("GET", "/api/v1/keys"),
    "keys:write": ("POST", "/api/v1/keys"),
    "users:read": ("GET", "/api/v1/users"),
    "users:write": ("POST", "/api/v1/users"),
    "logs:read": ("GET", "/api/v1/logs"),
    "audit:read": ("GET", "/api/v1/audit"),
}
TENANT_ROLES: Final = ("owner", "admin", "member", "viewer")
# Bodies are validated before the service asks for the permission, so these are ones that hold.
BODIES: Final = {
    "/api/v1/webhooks": {"name": "x", "url": "https://example.com/hook", "events": ["*"]},
    "/api/v1/keys": {"name": "x", "scopes": ["contacts:read"]},
    "/api/v1/users": {"email": "nobody"},
}


@pytest.fixture(scope="module")
def bearers(appliance: Appliance) -> dict[str, tuple[str, str, str]]:
    """Return a tenant, a client and a user of every role."""
    tenant = appliance.tenant()
    client = app(appliance, tenant, scopes=["*"])
    with database.transaction():
        return {role: (tenant, client.id, appliance.user(role, tenant, role)) for role in TENANT_ROLES}


def token_for(appliance: Appliance, bearer: tuple[str, str, str], scopes: frozenset[str]) -> Client:
    """Return a client of the API with an access token for a user, as the code grant leaves it."""
    tenant, client, user = bearer
    text = keys.mint("live", "oat")
    with database.transaction():
        row = {"client_id": client, "authorization_id": None, "user_id": user, "issuer": appliance.url, "audience": [appliance.url]}
        tokens.keep(text, "access", tenant, "live", {**row, "scopes": sorted(scopes)})
    return appliance.client(text)


@pytest.mark.criterion("api-14")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    role=st.sampled_from(TENANT_ROLES),
    scopes=st.frozensets(st.sampled_from([*sorted(SCOPES), "*"]), min_size=1, max_size=12),
    door=st.sampled_from(sorted(DOORS)),
)
def test_nothing_opens_by_its_scope_that_the_role_does_not_allow(
    appliance: Appliance, bearers: dict[str, tuple[str, str, str]], role: str, scopes: frozenset[str], door: str
) -> None:
    method, path = DOORS[door]
    client = token_for(appliance, bearers[role], scopes)
    reply = client.send(method, path, BODIES.get(path, {}) if method == "POST" else None)
    allowed = grants(scopes, door) and grants(ROLES[role], door)
    # A body is validated before its sender is weighed, and a key may not be given what its maker lacks.
    if allowed:
        assert reply.status != 403 or path == "/api/v1/keys", reply.body
    elif reply.status != 422:
        assert reply.status == 403, reply.body
        assert reply.code in {"insufficient_scope", "insufficient_role"}
        assert 'error="insufficient_scope"' in reply.headers["www-authenticate"]
    assert allowed or reply.status >= 400


@pytest.mark.criterion("api-14")
def test_a_role_that_is_taken_back_takes_its_tokens_back(appliance: Appliance, personas: Personas) -> None:
    tenant = personas.alice.tenant_id
    client = app(appliance, tenant, scopes=["*"])
    with database.transaction():
        user = appliance.user("dora", tenant, "member")
    bearer = token_for(appliance, (tenant, client.id, user), frozenset({"contacts:write"}))
    assert bearer.post("/api/v1/contacts", {"first_name": "Ada"}).status == 201
    changed = personas.alice.client.patch(f"/api/v1/users/{user}", {"role": "viewer"})
    assert changed.status == 200, changed.body
    reply = awaited(lambda: bearer.post("/api/v1/contacts", {"first_name": "Ada"}), lambda reply: reply.status == 403, SOON)
    assert (reply.status, reply.code) == (403, "insufficient_role")
