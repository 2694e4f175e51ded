"""The route table as tests walk it: every route with its address filled in and a body that it takes."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

from server.services import jobs
from server.web import table
from server.web.openapi import document
from server.web.routes import Route
from tests.api.appliance import Persona
from tests.api.client import Reply

_WRITTEN_SECONDS = 3
# A path's name that stands for no row of a tenant, and a value it takes.
FIXED = {"system": "shop", "external_id": "4711", "code": "not_found", "resource": "contacts"}


@cache
def all_routes() -> tuple[Route, ...]:
    """Return every route there is."""
    return table.build().routes


@cache
def description() -> dict[str, Any]:
    """Return the OpenAPI document."""
    return document.build(all_routes())


def named(routes: tuple[Route, ...]) -> Mapping[str, Route]:
    """Return routes by name, for test ids."""
    return {route.name: route for route in routes}


def body_of(route: Route) -> Any:
    """Return a body that the document gives as an example, None when the route takes none or no JSON."""
    found = description()["paths"].get(route.path, {}).get(route.method.lower(), {}).get("requestBody", {})
    return found.get("content", {}).get("application/json", {}).get("example")


@dataclass(frozen=True)
class Things:
    """What a tenant has: one thing of each collection, by the collection's name."""

    found: Mapping[str, Mapping[str, Any]]

    def address(self, route: Route, fallback: str = "con_06gvmp1q1lojh2a0pd5lcpa4ss") -> str:
        """Return a route's path with the tenant's own ids in it, and with the query parameters that it requires."""

        def fill(part: re.Match[str]) -> str:
            name, collection = part[1], route.path[: part.start()].strip("/").rpartition("/")[2]
            thing = self.found.get(collection, {})
            return quote(str(FIXED.get(name) or thing.get(name) or thing.get("id") or fallback), safe="")

        required = "&".join(f"{one.name}=Lovelace" for one in route.query if one.required)
        return re.sub(r"{(\w+)}", fill, route.path) + (f"?{required}" if required else "")

    def marks(self) -> Iterator[str]:
        """Yield what nobody else may ever see: ids, and every text that only this tenant has."""
        for thing in self.found.values():
            yield from (text for text in _texts(thing) if "_06" in text or "alice" in text.lower())


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def furnish(owner: Persona) -> Things:
    """Make one of everything that can be made by its example, and find one of everything that came of it."""
    found: dict[str, Any] = {"jobs": jobs.create(owner.actor, next(iter(jobs.KINDS)), {})}
    for route in all_routes():
        collection = route.path.rpartition("/")[2]
        if route.method == "POST" and route.access == "tenant" and "{" not in route.path and collection not in found and body_of(route):
            reply = owner.client.post(route.path, personal(body_of(route)))
            if reply.status == 201:
                found[collection] = reply.json
    for route in all_routes():
        collection = route.path.rpartition("/")[2]
        if route.method == "GET" and route.listed and route.access == "tenant" and "{" not in route.path and collection not in found:
            rows = _listed(owner, Things({}).address(route))
            found |= {collection: rows[0]} if rows else {}
    return Things(found)


def _listed(owner: Persona, target: str) -> list[Any]:
    """Return what a list holds; what is written in batches, such as the request log, is waited for."""
    ends = time.monotonic() + (_WRITTEN_SECONDS if target.endswith("/logs") else 0)
    while True:
        rows: list[Any] = owner.client.get(target).json["data"]
        if rows or time.monotonic() > ends:
            return rows
        time.sleep(0.05)


def personal(body: Any) -> Any:
    """Return an example with texts that say whose it is."""
    if not isinstance(body, dict):
        return body
    own = {name: f"Alice {body[name]}" for name in ("name", "first_name", "subject", "number") if isinstance(body.get(name), str)}
    linked = {"external_ids": {"shop": "4711"}} if {"first_name", "domain", "stage", "subject", "sku", "number"} & set(body) else {}
    return {**body, **own, **linked}


def leaks(reply: Reply, things: Things, target: str) -> list[str]:
    """Return what an answer tells of somebody else's things; what the caller put into the address does not count."""
    text = reply.body.decode("utf-8", "replace") + repr(sorted(reply.headers.items()))
    return [mark for mark in things.marks() if mark in text and quote(mark, safe="") not in target]
