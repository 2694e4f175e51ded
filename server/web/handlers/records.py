"""Every resource's operations: one set of short functions, made for each resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from server.domain.filters import parse_query
from server.services import records, sealed_values
from server.web.calls import Answer, Call, answer, empty_answer, list_answer, record_answer
from server.web.documents import REVEALING, example_of, list_parameters, record_model, record_parameters
from server.web.preconditions import tag_of
from server.web.routes import Group, Route, Runs

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.store.declaration import Resource


def routes(resource: Resource) -> list[Route]:
    """Return the routes of one resource."""
    noun, plural = resource.noun, resource.plural
    group = Group(f"/api/v1/{plural}", plural.capitalize(), resource.scope)
    written = {"document": records.write_model(resource), "answer": record_model(resource), "example": example_of(resource)}
    read = {"answer": record_model(resource)}
    upserted = {**written, "takes_version": True, "merges": True, "also": {201: f"There was no such {noun}: it was created."}}
    by_id = "/by-external-id/{system}/{external_id}"
    return [
        group.get(
            "", lister(resource), f"List {plural}", name=f"list_{plural}", runs=Runs.PAGE, listed=True, query=list_parameters(resource), **read
        ),
        group.post("", creator(resource), f"Create a {noun}", name=f"create_{noun}", status=201, **written),
        group.get("/{id}", getter(resource), f"Get a {noun}", name=f"get_{noun}", runs=Runs.POINT, query=record_parameters(resource), **read),
        group.patch("/{id}", patcher(resource), f"Change some fields of a {noun}", name=f"update_{noun}", takes_version=True, **written),
        group.put("/{id}", putter(resource), f"Replace a {noun}", name=f"replace_{noun}", takes_version=True, **written),
        group.delete("/{id}", remover(resource), f"Delete a {noun}; it can be restored", name=f"delete_{noun}", takes_version=True),
        group.post("/{id}/restore", restorer(resource), f"Bring a deleted {noun} back", name=f"restore_{noun}", **read),
        group.post("/{id}/reveal", revealer(resource), f"Show what is in encrypted fields of a {noun}", name=f"reveal_{noun}", **REVEALING),
        group.put(by_id, upserter(resource), f"Create or change the {noun} that another system knows", name=f"upsert_{noun}", **upserted),
    ]


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
        if not call.pairs:
            return record_answer(document)
        version = document["version"]
        body = orjson.dumps(records.shaped(call.actor, resource, document, parse_query(call.pairs)))
        return Answer(body, headers={"ETag": tag_of(body, version)})

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


def revealer(resource: Resource) -> Callable[[Call], Answer]:
    """Return the handler that shows what is in encrypted fields."""

    def handle(call: Call) -> Answer:
        return answer(sealed_values.reveal(call.actor, resource, call.params["id"], call.body))

    return handle


def upserter(resource: Resource) -> Callable[[Call], Answer]:
    """Return the handler that creates or changes by another system's id."""

    def handle(call: Call) -> Answer:
        system, external_id = call.params["system"], call.params["external_id"]
        document, created = records.upsert(call.actor, resource, system, external_id, call.members(), version=call.version())
        return record_answer(document, 201 if created else 200, f"/api/v1/{resource.plural}/{document['id']}" if created else None)

    return handle
