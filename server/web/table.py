"""The route table: every operation the appliance serves, put together from the files of handlers."""

from __future__ import annotations

from typing import Final

from server.store.records import resources
from server.web.handlers import (
    administration,
    audit,
    errors,
    health,
    jobs,
    keys,
    me,
    openapi,
    operator_keys,
    records,
    request_log,
    sessions,
    tenants,
    tiers,
    users,
    webhooks,
)
from server.web.routes import Route, RouteTable

_ADMINISTRATION: Final = (sessions, me, users, tenants, operator_keys, tiers, request_log, audit, administration)


def build() -> RouteTable:
    """Return every route."""
    found: list[Route] = [*health.ROUTES, *errors.ROUTES, *jobs.ROUTES, *webhooks.ROUTES, *keys.ROUTES]
    found += openapi.routes(lambda: found)
    for handlers in _ADMINISTRATION:
        found += handlers.ROUTES
    for resource in resources():
        if resource.noun != "object":
            found += records.routes(resource)
    return RouteTable(found)
