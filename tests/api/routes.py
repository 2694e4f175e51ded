"""The route table as tests walk it: every route with its address filled in and a body that it takes."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

from server.domain.actor import system_actor
from server.services import jobs, legacy, users
from server.services.legacy import NewLegacyPassword
from server.services.users import NewUser
from server.store import database, email_reports
from server.system import clock, ids
from server.web import table
from server.web.openapi import document
from server.web.routes import Route
from tests.api import leftovers
from tests.api.appliance import Persona
from tests.api.client import Reply
from tests.mailing import verified

_WRITTEN_SECONDS = 3
_PART = re.compile(r"{(\w+)}")
# A path's name that stands for no row of a tenant, and a value it takes.
FIXED = {"system": "shop", "external_id": "4711", "code": "not_found", "resource": "contacts", "number": "1", "event_type": "contact.created"}
FIXED |= {"key": "hubspot", "provider": "hubspot", "action": "refund", "field": "accessToken", "package": "example@1.0.0"}
# What everybody on the appliance may read, whoever wrote it.
SHARED = ("/api/v1/integrations/{key}/reviews",)


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
    """What a tenant has: one thing of each collection, by the collection's path as the table writes it."""

    found: Mapping[str, Mapping[str, Any]]

    def value(self, name: str, collection: str) -> str | None:
        """Return what stands for a name in a path behind a collection; None when the tenant has no such thing."""
        if name == "type":
            return self.found.get("/api/v1/objects", {}).get("name")
        thing = self.found.get("/api/v1/custom-endpoints" if collection == "/api/v1/custom" else collection, {})
        found = FIXED.get(name) or thing.get(name) or thing.get("id")
        return None if found is None else str(found)

    def missing(self, route: Route) -> bool:
        """Tell whether the tenant lacks a thing that the route's path names."""
        return any(self.value(part[1], route.path[: part.start() - 1]) is None for part in _PART.finditer(route.path))

    def address(self, route: Route, fallback: str = "con_06gvmp1q1lojh2a0pd5lcpa4ss") -> str:
        """Return a route's path with the tenant's own ids in it, and with the query parameters that it requires."""

        def fill(part: re.Match[str]) -> str:
            return quote(self.value(part[1], route.path[: part.start() - 1]) or fallback, safe="")

        required = "&".join(f"{one.name}=Lovelace" for one in route.query if one.required)
        return _PART.sub(fill, route.path) + (f"?{required}" if required else "")

    def marks(self) -> Iterator[str]:
        """Yield what nobody else may ever see: ids, and every text that only this tenant has."""
        for thing in self.found.values():
            yield from (text for text in _texts(thing) if "_06" in text or "alice" in text.lower())


def names_things(route: Route) -> bool:
    """Tell whether a route's path names something that belongs to a tenant."""
    return any(part[1] not in FIXED for part in _PART.finditer(route.path))


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
    things = Things(found := {"/api/v1/jobs": jobs.create(owner.actor, "replay", {})})
    table = b"first_name,email\nAlice,alice@example.com\n"
    found["/api/v1/imports"] = owner.client.send("POST", "/api/v1/imports?resource=contacts", table, {"Content-Type": "text/csv"}).json
    found["/api/v1/exports"] = owner.client.post("/api/v1/exports", {"resource": "contacts"}).json
    later = {"Content-Type": "text/csv", "Prefer": "respond-async"}
    found["/api/v1/convert"] = owner.client.send("POST", "/api/v1/convert?to=jsonl", table, later).json
    found["/api/v1/legacy/passwords"] = _legacy_password(owner)
    found["/api/v1/email/messages"] = _message(owner)
    found["/api/v1/email/reports"] = _email_report(owner)
    routes = sorted((route for route in all_routes() if route.access == "tenant"), key=lambda route: route.path.count("/"))
    # Twice, since what lies in a collection may need what only the other address of another collection has made.
    for _ in range(2):
        installed = found.get("/api/v1/installations")
        if installed:
            leftovers.leave(owner.tenant_id, str(installed["id"]))
        wanted = [route for route in routes if route.path not in found]
        for route in wanted:
            if route.method == "POST" and route.status == 201 and body_of(route) and not things.missing(route):
                found.update(_named(route, _made(owner, things.address(route), body_of(route))))
        for route in wanted:
            if route.method == "GET" and route.listed and not things.missing(route):
                found.update(_named(route, *_listed(owner, things.address(route))[:1]))
    for path in SHARED:
        found.pop(path, None)
    return things


def _legacy_password(owner: Persona) -> dict[str, Any]:
    actor = system_actor(owner.tenant_id)
    wanted = {"email": f"{ids.new_id('alice')}@example.com", "role": "member", "password": "only for these tests 7"}
    user = users.create(actor, NewUser.model_validate(wanted))
    made = legacy.create_password(actor, NewLegacyPassword(user_id=user["id"]))
    return {name: value for name, value in made.items() if name != "password"}


def _message(owner: Persona) -> dict[str, Any]:
    """Return a message that waits for tomorrow, from a domain that is the owner's."""
    domain = f"{ids.new_id('alice').replace('_', '-')}.example"
    verified(owner.tenant_id, domain)
    tomorrow = clock.rfc3339(clock.now_ms() + 86_400_000)
    body = {"from": f"alice@{domain}", "to": ["bob@customer.example"], "subject": "Alice writes", "text": "Hello", "send_at": tomorrow}
    found: dict[str, Any] = owner.client.post("/api/v1/email/messages", body).json
    return found


def _email_report(owner: Persona) -> dict[str, Any]:
    text = ids.new_id("alice")
    report = {"id": ids.new_id("rep"), "kind": "dmarc", "domain": "example.com", "reporter": text, "report_id": text, "body": {"contact": text}}
    counted = dict.fromkeys(("begins_at", "ends_at", "passed", "failed", "created_at"), 0)
    with database.transaction():
        email_reports.insert(owner.tenant_id, "live", {**report, **counted})
    found: dict[str, Any] = owner.client.get(f"/api/v1/email/reports/{report['id']}").json
    return found


def _named(route: Route, *things: Any) -> dict[str, Any]:
    return {route.path: thing for thing in things if thing}  # noqa: B035 - there is one at most


def _made(owner: Persona, target: str, example: Any) -> Any:
    """Return what is made of an example, with the owner's name in it where that may be; None when it cannot be made."""
    return next((reply.json for body in (personal(example), example) if (reply := owner.client.post(target, body)).status == 201), None)


def _listed(owner: Persona, target: str) -> list[Any]:
    """Return what a list holds; what is written in batches, such as the request log, is waited for."""
    ends = time.monotonic() + (_WRITTEN_SECONDS if target.endswith("/logs") else 0)
    while True:
        # What a vendor is asked for cannot be had before it is connected.
        rows: list[Any] = owner.client.get(target).json.get("data", [])
        if rows or time.monotonic() > ends:
            return rows
        time.sleep(0.05)


def personal(body: Any) -> Any:
    """Return an example with texts that say whose it is."""
    if not isinstance(body, dict):
        return body
    own = {name: f"Alice {body[name]}" for name in ("name", "first_name", "subject", "number", "label") if isinstance(body.get(name), str)}
    linked = {"external_ids": {"shop": "4711"}} if {"first_name", "domain", "stage", "subject", "sku", "number"} & set(body) else {}
    return {**body, **own, **linked}


def leaks(reply: Reply, things: Things, target: str) -> list[str]:
    """Return what an answer tells of somebody else's things; what the caller put into the address does not count."""
    text = reply.body.decode("utf-8", "replace") + repr(sorted(reply.headers.items()))
    return [mark for mark in things.marks() if mark in text and mark not in target and quote(mark, safe="") not in target]
