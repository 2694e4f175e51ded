"""API keys of a tenant."""

from __future__ import annotations

from typing import Final

from server.services import keys
from server.services.keys import KeyChange, KeyOnce, KeyRotation, KeyView, NewKey
from server.system.version import API_VERSION
from server.web.calls import Answer, Call, answer, empty_answer, list_answer
from server.web.documents import PAGE_PARAMETERS
from server.web.routes import Group, Route

_BASE: Final = "/api/v1/keys"
_ALIAS: Final = "/api/v1/api-keys"


def list_keys(call: Call) -> Answer:
    """List keys."""
    found, cursor = keys.list_page(call.actor, call.query("cursor"), call.number("limit", 50, 1, 200))
    return list_answer(found, cursor, call)


def create_key(call: Call) -> Answer:
    """Make a key."""
    found = keys.create(call.actor, call.body)
    return answer(found, 201, Location=f"{_BASE}/{found['id']}")


def get_key(call: Call) -> Answer:
    """Get a key."""
    return answer(keys.get(call.actor, call.params["id"]))


def update_key(call: Call) -> Answer:
    """Change a key."""
    return answer(keys.update(call.actor, call.params["id"], call.body))


def rotate_key(call: Call) -> Answer:
    """Make a key in place of another."""
    return answer(keys.rotate(call.actor, call.params["id"], call.body), 201)


def revoke_key(call: Call) -> Answer:
    """End a key."""
    keys.revoke(call.actor, call.params["id"])
    return empty_answer()


def _routes(base: str, suffix: str) -> list[Route]:
    group = Group(base, "API keys", "keys")
    example = {"name": "Shop", "scopes": ["contacts:read", "contacts:write"]}
    return [
        group.get("", list_keys, "List API keys", name=f"list_keys{suffix}", answer=KeyView, listed=True, query=PAGE_PARAMETERS),
        group.post("", create_key, "Create an API key", name=f"create_key{suffix}", body=NewKey, answer=KeyOnce, status=201, example=example),
        group.get("/{id}", get_key, "Get an API key", name=f"get_key{suffix}", answer=KeyView),
        group.patch(
            "/{id}",
            update_key,
            "Change an API key's name, limits or version",
            name=f"update_key{suffix}",
            body=KeyChange,
            answer=KeyView,
            example={"api_version": API_VERSION},
        ),
        group.delete("/{id}", revoke_key, "Revoke an API key", name=f"revoke_key{suffix}"),
        group.post(
            "/{id}/rotate",
            rotate_key,
            "Replace an API key",
            name=f"rotate_key{suffix}",
            body=KeyRotation,
            body_optional=True,
            answer=KeyOnce,
            status=201,
        ),
    ]


ROUTES: Final = [*_routes(_BASE, ""), *_routes(_ALIAS, "_alias")]
