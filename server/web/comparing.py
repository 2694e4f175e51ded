"""Lets every change of what can be read by the same address heed If-Match, where its handler does not by itself.

What is read is read where the change runs: a brief one on SQLite in the same transaction, so nobody comes in between.
"""

from __future__ import annotations

from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Final

from server.domain.errors import Stale
from server.web.preconditions import named, tag_of
from server.web.routes import Route, Runs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from server.web.calls import Answer, Call

    Handler = Callable[[Call], Answer]

_CHANGES: Final = frozenset({"PUT", "PATCH", "DELETE"})
_CHANGING: Final = frozenset({Runs.WRITE, Runs.WORK})
_BRIEF: Final = frozenset({Runs.POINT, Runs.PAGE, Runs.READ})


def comparing(routes: Sequence[Route]) -> list[Route]:
    """Return the routes with those that change something replaced by ones that compare first."""
    readers = {route.path: route for route in routes if route.conditional and route.runs in _BRIEF}
    changed = {
        route.name: replace(route, handler=heeding(route.handler, readers[route.path].handler), compares=True)
        for route in routes
        if route.method in _CHANGES and route.runs in _CHANGING and not route.takes_version and route.path in readers
    }
    return [changed.get(route.name, route) for route in routes]


def heeding(change: Handler, read: Handler) -> Handler:
    """Return a handler that changes something only while If-Match, where it is given, names what reading it answers. It raises Stale."""

    @wraps(change)
    def run(call: Call) -> Answer:
        condition = call.headers.get("If-Match")
        if condition is not None and condition.strip() != "*":
            found = read(call)
            current = (found.headers.get("ETag") or tag_of(found.body)).strip('"')
            if not named(condition, current):
                raise Stale(current=current)
        return change(call)

    return run
