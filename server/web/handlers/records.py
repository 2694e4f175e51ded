"""Every resource's operations: one set of short functions, made for each resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from server.domain.filters import parse_query
from server.services import records
from server.web.calls import Answer, Call, empty_answer, list_answer, record_answer
from server.web.documents import LIST_PARAMETERS, RECORD_PARAMETERS, example_of, record_model
from server.web.routes import Route, Runs

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.store.declaration import Resource

_MERGE = ("application/json", "application/merge-patch+json")


def routes(resource: Resource) -> list[Route]:
    """Return the routes of one resource."""
    base, noun, plural = f"/api/v1/{resource.plural}", resource.noun, resource.plural
    read, write = f"{resource.scope}:read", f"{resource.scope}:write"
    body, out, tag = records.write_model(resource), record_model(resource), plural.capitalize()
    example = example_of(resource)
    one = f"{base}/{{id}}"
    return [
        Route("GET", base, lister(resource), f"list_{plural}", f"List {plural}", tag, Runs.READ, scope=read, answer=out, listed=True, query=LIST_PARAMETERS),
        Route("POST", base, creator(resource), f"create_{noun}", f"Create a {noun}", tag, Runs.WRITE, scope=write, document=body, answer=out, status=201, idempotent=True, example=example),
        Route("GET", one, getter(resource), f"get_{noun}", f"Get a {noun}", tag, Runs.POINT, scope=read, answer=out, query=RECORD_PARAMETERS),
        Route("PATCH", one, patcher(resource), f"update_{noun}", f"Change some fields of a {noun}", tag, Runs.WRITE, scope=write, document=body, media_types=_MERGE, answer=out, idempotent=True, example=example),
        Route("PUT", one, putter(resource), f"replace_{noun}", f"Replace a {noun}", tag, Runs.WRITE, scope=write, document=body, answer=out, example=example),
        Route("DELETE", one, remover(resource), f"delete_{noun}", f"Delete a {noun}; it can be restored", tag, Runs.WRITE, scope=write, status=204),
        Route("POST", f"{one}/restore", restorer(resource), f"restore_{noun}", f"Bring a deleted {noun} back", tag, Runs.WRITE, scope=write, answer=out, idempotent=True),
        Route("PUT", f"{base}/by-external-id/{{system}}/{{external_id}}", upserter(resource), f"upsert_{noun}", f"Create or change the {noun} another system knows by this id", tag, Runs.WRITE, scope=write, document=body, answer=out, example=example),
    ]  # fmt: skip


def lister(resource: Resource) -> Callable[[Call], Answer]:
    """Return the handler that lists."""

    def handle(call: Call) -> Answer:
        found, cursor = records.list_page(call.actor, resource, parse_query(call.pairs))
        return list_answer(found, cursor, call)

    return handle


def creator(resource: Resource) -> Callable[[Call], Answer]:
    """Return the handler that creates."""

    def handle(call: Call) -> Answer:
        document = records.create(call.actor, resource, call.members())
        return record_answer(document, 201, f"/api/v1/{resource.plural}/{document['id']}")

    return handle


def getter(resource: Resource) -> Callable[[Call], Answer]:
    """Return the handler that gets one."""

    def handle(call: Call) -> Answer:
        document = records.get(call.actor, resource, call.params["id"])
        tag = document["version"]
        if call.pairs:
            document = records.shaped(call.actor, resource, document, parse_query(call.pairs))
        return Answer(orjson.dumps(document), headers={"ETag": f'"{tag}"'})

    return handle


def patcher(resource: Resource) -> Callable[[Call], Answer]:
    """Return the handler that changes some fields."""

    def handle(call: Call) -> Answer:
        return record_answer(records.update(call.actor, resource, call.params["id"], call.members(), version=call.version()))

    return handle


def putter(resource: Resource) -> Callable[[Call], Answer]:
    """Return the handler that replaces."""

    def handle(call: Call) -> Answer:
        return record_answer(records.replace(call.actor, resource, call.params["id"], call.members(), version=call.version()))

    return handle


def remover(resource: Resource) -> Callable[[Call], Answer]:
    """Return the handler that deletes."""

    def handle(call: Call) -> Answer:
        records.remove(call.actor, resource, call.params["id"], version=call.version())
        return empty_answer()

    return handle


def restorer(resource: Resource) -> Callable[[Call], Answer]:
    """Return the handler that brings back."""

    def handle(call: Call) -> Answer:
        return record_answer(records.restore(call.actor, resource, call.params["id"]))

    return handle


def upserter(resource: Resource) -> Callable[[Call], Answer]:
    """Return the handler that creates or changes by another system's id."""

    def handle(call: Call) -> Answer:
        document, created = records.upsert(call.actor, resource, call.params["system"], call.params["external_id"], call.members())
        return record_answer(document, 201 if created else 200, f"/api/v1/{resource.plural}/{document['id']}" if created else None)

    return handle
