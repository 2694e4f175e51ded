"""Custom fields of resources and of object types."""

from __future__ import annotations

from typing import Final

from server.services import custom_fields
from server.services.custom_fields import FieldChange, FieldView, NewField
from server.web.calls import Answer, Call, empty_answer, list_answer, record_answer
from server.web.documents import FORCE
from server.web.routes import Group, Route, Runs

_BASE: Final = "/api/v1/fields"
_EXAMPLE: Final = {"name": "shoe_size", "type": "number", "label": "Shoe size"}


def _plural(call: Call) -> str:
    kind = call.params.get("type")
    return call.params["resource"] if kind is None else f"objects/{kind}"


def list_fields(call: Call) -> Answer:
    """List fields."""
    return list_answer(custom_fields.list_all(call.actor, _plural(call)), None, call)


def create_field(call: Call) -> Answer:
    """Declare a field."""
    found = custom_fields.create(call.actor, _plural(call), call.body)
    return record_answer(found, 201, f"{_BASE}/{found['resource']}/{found['name']}")


def get_field(call: Call) -> Answer:
    """Get a field."""
    return record_answer(custom_fields.get(call.actor, _plural(call), call.params["name"]))


def update_field(call: Call) -> Answer:
    """Change a field."""
    return record_answer(custom_fields.update(call.actor, _plural(call), call.params["name"], call.body, version=call.version()))


def delete_field(call: Call) -> Answer:
    """Take a field back."""
    custom_fields.remove(call.actor, _plural(call), call.params["name"], force=call.flag("force"))
    return empty_answer()


def _routes(path: str, suffix: str, of: str) -> list[Route]:
    group = Group(f"{_BASE}/{path}", "Custom fields")
    one = {"answer": FieldView}
    return [
        group.get("", list_fields, f"List the custom fields of {of}", name=f"list_{suffix}fields", listed=True, **one),
        group.post(
            "", create_field, f"Declare a custom field of {of}", name=f"create_{suffix}field", body=NewField, status=201, example=_EXAMPLE, **one
        ),
        group.get("/{name}", get_field, f"Get a custom field of {of}", name=f"get_{suffix}field", **one),
        group.patch(
            "/{name}",
            update_field,
            f"Change label, options or necessity of a custom field of {of}",
            name=f"update_{suffix}field",
            runs=Runs.WORK,
            body=FieldChange,
            takes_version=True,
            example={"label": "Size"},
            **one,
        ),
        group.delete("/{name}", delete_field, f"Take a custom field of {of} back", name=f"delete_{suffix}field", runs=Runs.WORK, query=(FORCE,)),
    ]


ROUTES: Final = [*_routes("{resource}", "", "a resource"), *_routes("objects/{type}", "object_", "an object type")]
