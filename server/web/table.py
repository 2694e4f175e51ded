"""The route table: every operation the appliance serves, put together from the files of handlers."""

from __future__ import annotations

from typing import Final

from server.store.records import resources
from server.web.handlers import (
    administration,
    audit,
    custom_fields,
    duplicates,
    health,
    jobs,
    keys,
    me,
    merges,
    object_types,
    operator_keys,
    records,
    request_log,
    search,
    sessions,
    tenants,
    tiers,
    timelines,
    users,
    webhooks,
)
from server.web.routes import Route, RouteTable

_ADMINISTRATION: Final = (sessions, me, users, tenants, operator_keys, tiers, request_log, audit, administration)
_BESIDE_RECORDS: Final = (custom_fields, object_types, search, timelines, duplicates, merges)


def build() -> RouteTable:
    """Return every route."""
    found: list[Route] = [*health.ROUTES, *jobs.ROUTES, *webhooks.ROUTES, *keys.ROUTES]
    for handlers in (*_ADMINISTRATION, *_BESIDE_RECORDS):
        found += handlers.ROUTES
    for resource in resources():
        if resource.noun != "object":
            found += records.routes(resource)
    return RouteTable(found)
