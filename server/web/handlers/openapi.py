"""The API's description of itself."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from server.web.calls import Answer
from server.web.routes import Group, Route

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from server.web.calls import Call

_GROUP: Final = Group("", "Documentation", access="anyone")


def routes(table: Callable[[], Sequence[Route]]) -> list[Route]:
    """Return the routes that describe a table; it is asked for at the first request."""

    @cache
    def rendered() -> bytes:
        # Building the schemas takes the better part of a second and some megabytes, which most processes never need.
        from server.web.openapi import document

        return document.render(table())

    def get_openapi(_call: Call) -> Answer:
        """Describe the API."""
        return Answer(rendered(), headers={"Cache-Control": "public, max-age=300"})

    return [_GROUP.get("/openapi.json", get_openapi, "Describe the API as OpenAPI 3.1", answer=dict[str, Any])]
