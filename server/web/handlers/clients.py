"""OAuth clients of a tenant, and whether programs may register themselves."""

from __future__ import annotations

from typing import Final

from server.services.oauth import clients
from server.services.oauth.clients import (
    ClientChange,
    ClientOnce,
    ClientSecretRotation,
    ClientView,
    InitialTokenOnce,
    NewClient,
    Registration,
    RegistrationView,
)
from server.web.calls import Answer, Call, answer, empty_answer, list_answer, record_answer
from server.web.documents import PAGE_PARAMETERS
from server.web.routes import Group

_BASE: Final = "/api/v1/clients"
_EXAMPLE: Final = {
    "name": "Shop",
    "grant_types": ["client_credentials"],
    "scopes": ["contacts:read", "contacts:write"],
}


def list_clients(call: Call) -> Answer:
    """List clients."""
    found, cursor = clients.list_page(call.actor, call.query("cursor"), call.number("limit", 50, 1, 200))
    return list_answer(found, cursor, call)


def create_client(call: Call) -> Answer:
    """Make a client."""
    found = clients.create(call.actor, call.body)
    return record_answer(found, 201, f"{_BASE}/{found['id']}")


def get_client(call: Call) -> Answer:
    """Get a client."""
    return record_answer(clients.get(call.actor, call.params["id"]))


def update_client(call: Call) -> Answer:
    """Change a client."""
    return record_answer(clients.update(call.actor, call.params["id"], call.body, version=call.version()))


def delete_client(call: Call) -> Answer:
    """Remove a client."""
    clients.remove(call.actor, call.params["id"])
    return empty_answer()


def rotate_client_secret(call: Call) -> Answer:
    """Make a new secret."""
    return record_answer(clients.rotate_secret(call.actor, call.params["id"], call.body))


def get_client_registration(call: Call) -> Answer:
    """Tell whether programs may register themselves."""
    return answer(clients.get_registration(call.actor))


def put_client_registration(call: Call) -> Answer:
    """Say whether programs may register themselves."""
    return answer(clients.put_registration(call.actor, call.body))


def create_initial_access_token(call: Call) -> Answer:
    """Make a token to register with."""
    return answer(clients.create_initial_token(call.actor), 201)


_GROUP: Final = Group(_BASE, "OAuth clients", "keys")
_REGISTRATION: Final = Group("/api/v1/client-registration", "OAuth clients", "keys")
ROUTES: Final = [
    _GROUP.get("", list_clients, "List OAuth clients", answer=ClientView, listed=True, query=PAGE_PARAMETERS),
    _GROUP.post("", create_client, "Create an OAuth client", body=NewClient, answer=ClientOnce, status=201, example=_EXAMPLE),
    _REGISTRATION.get("", get_client_registration, "Tell whether programs may register themselves", answer=RegistrationView),
    _REGISTRATION.put("", put_client_registration, "Let programs register themselves, or not", body=Registration, answer=RegistrationView,
               example={"open": True}),
    _REGISTRATION.post("/tokens", create_initial_access_token, "Create a token to register with", answer=InitialTokenOnce, status=201),
    _GROUP.get("/{id}", get_client, "Get an OAuth client", answer=ClientView),
    _GROUP.patch("/{id}", update_client, "Change an OAuth client", body=ClientChange, answer=ClientView, takes_version=True,
                 example={"name": "Web shop"}),
    _GROUP.delete("/{id}", delete_client, "Remove an OAuth client and all its tokens"),
    _GROUP.post("/{id}/rotate-secret", rotate_client_secret, "Replace the secret of an OAuth client", body=ClientSecretRotation, body_optional=True,
                answer=ClientOnce),
]  # fmt: skip
