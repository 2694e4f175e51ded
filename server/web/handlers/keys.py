"""API keys of a tenant."""

from __future__ import annotations

from typing import Final

from server.services import keys
from server.services.keys import KeyOnce, KeyRotation, KeyView, NewKey
from server.web.calls import Answer, Call, answer, empty_answer, list_answer
from server.web.documents import PAGE_PARAMETERS
from server.web.routes import Route, Runs

_BASE: Final = "/api/v1/keys"
_ALIAS: Final = "/api/v1/api-keys"


def list_keys(call: Call) -> Answer:
    """List keys."""
    found, cursor = keys.list_page(call.actor, call.query("cursor") or "", call.number("limit", 50, 1, 200))
    return list_answer(found, cursor, call)


def create_key(call: Call) -> Answer:
    """Make a key."""
    found = keys.create(call.actor, call.body)
    return answer(found, 201, Location=f"{_BASE}/{found['id']}")


def get_key(call: Call) -> Answer:
    """Get a key."""
    return answer(keys.get(call.actor, call.params["id"]))


def rotate_key(call: Call) -> Answer:
    """Make a key in place of another."""
    return answer(keys.rotate(call.actor, call.params["id"], call.body), 201)


def revoke_key(call: Call) -> Answer:
    """End a key."""
    keys.revoke(call.actor, call.params["id"])
    return empty_answer()


def _routes(base: str, suffix: str) -> list[Route]:
    one, example = f"{base}/{{id}}", {"name": "Shop", "scopes": ["contacts:read", "contacts:write"]}
    return [
        Route("GET", base, list_keys, f"list_keys{suffix}", "List API keys", "API keys", scope="keys:read", answer=KeyView, listed=True, query=PAGE_PARAMETERS),
        Route("POST", base, create_key, f"create_key{suffix}", "Create an API key; its text is shown once", "API keys", Runs.WRITE, scope="keys:write", body=NewKey, answer=KeyOnce, status=201, idempotent=True, example=example),
        Route("GET", one, get_key, f"get_key{suffix}", "Get an API key", "API keys", scope="keys:read", answer=KeyView),
        Route("DELETE", one, revoke_key, f"revoke_key{suffix}", "Revoke an API key", "API keys", Runs.WRITE, scope="keys:write", status=204),
        Route("POST", f"{one}/rotate", rotate_key, f"rotate_key{suffix}", "Make a new key in place of this one", "API keys", Runs.WRITE, scope="keys:write", body=KeyRotation, body_optional=True, answer=KeyOnce, status=201, idempotent=True, example={"overlap_seconds": 3600}),
    ]  # fmt: skip


ROUTES: Final = [*_routes(_BASE, ""), *_routes(_ALIAS, "_alias")]
