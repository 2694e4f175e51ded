"""The whole document: every described route once, with what all of them share as components."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from server.domain.keys import PATTERN
from server.system.version import API_VERSION, VERSION
from server.web.openapi.operations import operation
from server.web.openapi.responses import HEADERS, PROBLEM, problem_responses
from server.web.openapi.schemas import Schemas

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.web.routes import Route

Document = dict[str, Any]

_ABOUT: Final = f"""\
The public API of this appliance, and the part of it that operators use.

* Lists answer `{{"object": "list", "data": […], "has_more": …, "next_cursor": …}}`; hand `next_cursor` back as `cursor`.
* What one tenant has does not exist for another: it answers 404. A `test` key sees the sandbox and nothing else.
* Every refusal is a problem document (RFC 9457); its `type` is an address that says what to do.
* `Idempotency-Key` makes any POST or PATCH safe to repeat for 24 hours; `ETag` and `If-Match` make changes safe beside others.
* `/api/<path>` without a version is `/api/v1/<path>`. Operators reach each `/api/v1/<path>` of a tenant as
  `/admin/v1/tenants/{{tenant_id}}/<path>`.
* The dated version described here is `{API_VERSION}`. A key or client keeps to the version it was made in; `Junction-Version` asks for another
  one, and every answer says in that header which one it is in. `GET /api/v1/versions` lists them. What is deprecated announces its end in
  `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and `Link`, at least twelve months ahead; afterwards it answers 410.
"""
_TAGS: Final = {
    "Health": "Whether the appliance is alive and ready.",
    "Documentation": "What the API and its errors are.",
    "API keys": "Credentials of programs.",
    "Webhooks": "Addresses that events are delivered to.",
    "Inbound": "What vendors send to us: sources, their secrets, and the messages that came.",
    "Jobs": "Long work, how far it is, and stopping it.",
}
_LEAKED: Final = f"Scanners for leaked secrets find either by `{PATTERN}`."
_SECURITY: Final = {
    "bearer": {"type": "http", "scheme": "bearer", "description": f"A key or token as `Authorization: Bearer …`. {_LEAKED}"},
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "A key in a header of its own."},
}


def build(routes: Sequence[Route]) -> Document:
    """Return the document that describes the routes."""
    described = [route for route in routes if route.described]
    schemas = Schemas(described)
    paths: dict[str, dict[str, Any]] = {}
    for route in described:
        paths.setdefault(route.path, {})[route.method.lower()] = operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Junction API",
            "version": VERSION,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "contact": {"name": "The operator of this appliance"},
        },
        "servers": [{"url": "/", "description": "This appliance"}],
        "tags": [{"name": tag, "description": _TAGS.get(tag, f"{tag}.")} for tag in dict.fromkeys(route.tag for route in described)],
        "security": [{"bearer": []}, {"apiKey": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted({**schemas.components, "Problem": PROBLEM}.items())),
            "responses": problem_responses(),
            "headers": HEADERS,
            "securitySchemes": _SECURITY,
        },
    }


def render(routes: Sequence[Route], *, indented: bool = False) -> bytes:
    """Return the document as JSON; indented for people who read and compare it."""
    return orjson.dumps(build(routes), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE if indented else None)
