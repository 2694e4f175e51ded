"""The API's description of itself."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.services import definitions
from server.web.calls import Answer, answer
from server.web.routes import Group, Route

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from server.web.calls import Call

_GROUP: Final = Group("", "Documentation", access="anyone")
_TENANT: Final = Group("/api/v1", "Documentation")


def routes(table: Callable[[], Sequence[Route]]) -> list[Route]:
    """Return the routes that describe a table; it is asked for at the first request."""

    @cache
    def everybodys() -> dict[str, Any]:
        # Building the schemas takes the better part of a second and some megabytes, which most processes never need.
        from server.web.openapi import document

        return document.build(table())

    @cache
    def rendered() -> bytes:
        return orjson.dumps(everybodys())

    def get_openapi(_call: Call) -> Answer:
        """Describe the API."""
        return Answer(rendered(), headers={"Cache-Control": "public, max-age=300"})

    def get_own_openapi(call: Call) -> Answer:
        """Describe the API as the caller's tenant has extended it."""
        from server.web.openapi import tenants

        own = tenants.Own(
            definitions.declared_fields(call.actor), definitions.declared_types(call.actor), definitions.published_endpoints(call.actor)
        )
        return answer(tenants.build(everybodys(), own))

    return [
        _GROUP.get("/openapi.json", get_openapi, "Describe the API as OpenAPI 3.1", answer=dict[str, Any]),
        _TENANT.get("/openapi.json", get_own_openapi, "Describe the API with the tenant's own types, fields and endpoints", answer=dict[str, Any]),
    ]
