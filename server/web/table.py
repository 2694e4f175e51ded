"""The route table: every operation the appliance serves, put together from the files of handlers."""

from __future__ import annotations

from server.store.records import resources
from server.web.handlers import errors, health, jobs, keys, openapi, records, webhooks
from server.web.routes import Route, RouteTable


def build() -> RouteTable:
    """Return every route."""
    found: list[Route] = [*health.ROUTES, *errors.ROUTES, *jobs.ROUTES, *webhooks.ROUTES, *keys.ROUTES]
    found += openapi.routes(lambda: found)
    for resource in resources():
        if resource.noun != "object":
            found += records.routes(resource)
    return RouteTable(found)
