"""The route table: every operation the appliance serves, put together from the files of handlers."""

from __future__ import annotations

from server.store.records import resources
from server.web.handlers import custom_fields, duplicates, health, keys, merges, object_types, records, search, timelines, webhooks
from server.web.routes import Route, RouteTable


def build() -> RouteTable:
    """Return every route."""
    found: list[Route] = [*health.ROUTES, *webhooks.ROUTES, *keys.ROUTES]
    found += [*custom_fields.ROUTES, *object_types.ROUTES, *search.ROUTES, *timelines.ROUTES, *duplicates.ROUTES, *merges.ROUTES]
    for resource in resources():
        if resource.noun != "object":
            found += records.routes(resource)
    return RouteTable(found)
