"""The table holds every operation once, under a name of its own, with a handler that fits where it runs."""

from __future__ import annotations

import inspect

import pytest

from server.domain.permissions import SCOPES
from server.web import table
from server.web.routes import Route, Runs

ROUTES = table.build().routes


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [route.name for route in ROUTES]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_a_route_is_whole(route: Route) -> None:
    assert route.summary
    assert route.tag
    assert route.scope is None or route.scope in SCOPES
    assert route.path.startswith(("/api/v1/", "/admin/v1/")) or route.access == "anyone"
    assert (route.access in {"operator", "signed_in"}) <= route.path.startswith("/admin/v1/")
    assert inspect.iscoroutinefunction(route.handler) == (route.runs is Runs.STREAM)
    if route.method in {"PUT", "PATCH"} and route.protocol == "native":
        assert route.body is not None or route.document is not None or route.media_types != ("application/json",)
