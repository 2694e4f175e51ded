"""Object types that tenants define, and the records of them: the operations of every resource, for a type named in the path."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from pydantic import ConfigDict

from server.domain.versions import Retirement
from server.services import object_types
from server.services.object_types import NewObjectType, ObjectTypeChange, ObjectTypeView
from server.services.records import Envelope
from server.store.records import by_noun
from server.web.calls import Answer, Call, empty_answer, list_answer, record_answer
from server.web.documents import FORCE, LIST_PARAMETERS, PAGE_PARAMETERS, RECORD_PARAMETERS, REVEALING, ReadEnvelope
from server.web.handlers import records
from server.web.routes import Group, Route, Runs

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.store.declaration import Resource

_BASE: Final = "/api/v1/object-types"
_EXAMPLE: Final = {
    "name": "vehicle",
    "label": "Vehicle",
    "fields": [{"name": "plate", "type": "text", "required": True}, {"name": "doors", "type": "number"}],
}
# Types are listed and defined where their records are.
_ENDING: Final = Retirement("2026-11-01", "2028-06-01", "/api/v1/objects")
_RECORD: Final = {"plate": "B-AB 123", "doors": 5}


class ObjectBody(Envelope):
    """A record of a custom type: the fields of the type, and what every record has."""

    model_config = ConfigDict(extra="allow")


class ObjectRead(ReadEnvelope):
    """A record of a custom type with its fields."""

    model_config = ConfigDict(extra="allow")

    type: str


def list_object_types(call: Call) -> Answer:
    """List types."""
    found, cursor = object_types.list_page(call.actor, call.query("cursor"), call.number("limit", 50, 1, 200))
    return list_answer(found, cursor, call)


def create_object_type(call: Call) -> Answer:
    """Define a type."""
    found = object_types.create(call.actor, call.body)
    return record_answer(found, 201, f"{_BASE}/{found['name']}")


def get_object_type(call: Call) -> Answer:
    """Get a type."""
    return record_answer(object_types.get(call.actor, call.params["type"]))


def update_object_type(call: Call) -> Answer:
    """Change a type."""
    return record_answer(object_types.update(call.actor, call.params["type"], call.body, version=call.version()))


def delete_object_type(call: Call) -> Answer:
    """Take a type back."""
    object_types.remove(call.actor, call.params["type"], version=call.version(), force=call.flag("force"))
    return empty_answer()


def _of_type(made: Callable[[Resource], Callable[[Call], Answer]]) -> Callable[[Call], Answer]:
    """Return a handler of records for the type that the path names."""

    @wraps(made(by_noun()["object"]))
    def handle(call: Call) -> Answer:
        return made(object_types.resource(call.actor, call.params["type"], call.route.scope or "objects:write"))(call)

    return handle


def _types(base: str, suffix: str) -> list[Route]:
    group = Group(base, "Object types", "objects")
    ending = _ENDING if base == _BASE else None
    return [
        group.get(
            "",
            list_object_types,
            "List object types",
            name=f"list_object_types{suffix}",
            answer=ObjectTypeView,
            listed=True,
            query=PAGE_PARAMETERS,
            ending=ending,
        ),
        group.post(
            "",
            create_object_type,
            "Define an object type",
            name=f"create_object_type{suffix}",
            body=NewObjectType,
            answer=ObjectTypeView,
            status=201,
            ending=ending,
            example=_EXAMPLE,
        ),
    ]


def _records() -> list[Route]:
    group = Group("/api/v1/objects/{type}", "Objects", "objects")
    written: dict[str, Any] = {"document": ObjectBody, "answer": ObjectRead, "example": _RECORD}
    read: dict[str, Any] = {"answer": ObjectRead}
    upserted = {**written, "takes_version": True, "merges": True, "also": {201: "There was no such object: it was created."}}
    by_id = "/by-external-id/{system}/{external_id}"
    return [
        group.get(
            "", _of_type(records.lister), "List objects of a type", name="list_objects", runs=Runs.PAGE, listed=True, query=LIST_PARAMETERS, **read
        ),
        group.post("", _of_type(records.creator), "Create an object", name="create_object", status=201, **written),
        group.get("/{id}", _of_type(records.getter), "Get an object", name="get_object", query=RECORD_PARAMETERS, **read),
        group.patch("/{id}", _of_type(records.patcher), "Change some fields of an object", name="update_object", takes_version=True, **written),
        group.put("/{id}", _of_type(records.putter), "Replace an object", name="replace_object", takes_version=True, **written),
        group.delete("/{id}", _of_type(records.remover), "Delete an object; it can be restored", name="delete_object", takes_version=True),
        group.post("/{id}/restore", _of_type(records.restorer), "Bring a deleted object back", name="restore_object", **read),
        group.post("/{id}/reveal", _of_type(records.revealer), "Show what is in encrypted fields of an object", name="reveal_object", **REVEALING),
        group.put(by_id, _of_type(records.upserter), "Create or change the object that another system knows", name="upsert_object", **upserted),
    ]


_GROUP: Final = Group(_BASE, "Object types", "objects")
ROUTES: Final = [
    *_types(_BASE, ""),
    *_types("/api/v1/objects", "_alias"),
    _GROUP.get("/{type}", get_object_type, "Get an object type", answer=ObjectTypeView),
    _GROUP.patch(
        "/{type}",
        update_object_type,
        "Change an object type",
        body=ObjectTypeChange,
        answer=ObjectTypeView,
        takes_version=True,
        example={"label": "Car"},
    ),
    _GROUP.delete("/{type}", delete_object_type, "Take an object type back", runs=Runs.WORK, takes_version=True, query=(FORCE,)),
    *_records(),
]
