"""What columns may feed, per resource: taken from the resource's own declaration, so a new field can be imported without a change here."""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, Any, Final

import orjson
from pydantic import BaseModel

from server.services.exchange.mapping import EXTERNAL_IDS, FieldHint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from server.services.exchange.convert import Kind
    from server.store.declaration import Resource

KINDS: Final[dict[str, Kind]] = {
    "text": "text",
    "encrypted": "text",
    "reference": "reference",
    "choice": "enum",
    "date": "date",
    "moment": "datetime",
    "integer": "integer",
    "decimal": "decimal",
    "boolean": "boolean",
    "money": "money",
    "json": "object",
}
CUSTOM_KINDS: Final[dict[str, Kind]] = {
    "text": "text",
    "number": "decimal",
    "boolean": "boolean",
    "date": "date",
    "choice": "enum",
    "encrypted": "text",
}
# Declared as text, but people write them with more around them than the field takes.
FINER_KINDS: Final[dict[str, Kind]] = {"email": "email", "phone": "phone", "domain": "domain"}
ENVELOPE: Final = (FieldHint("tags", "list"), FieldHint("owner_id", "reference"), FieldHint(EXTERNAL_IDS, "object"))


def hints_of(resource: Resource, custom: Iterable[tuple[str, str, bool, str | None]] = ()) -> list[FieldHint]:
    """Return every field that a column may feed; `custom` are the declared custom fields: name, type, required, options as JSON."""
    hints = [hint for name in resource.in_custom or resource.fields if name not in resource.read_only for hint in _declared(resource, name)]
    hints += [
        FieldHint(f"custom.{name}", CUSTOM_KINDS[kind], required, tuple(orjson.loads(options)) if options else ())
        for name, kind, required, options in custom
    ]
    return [*hints, *ENVELOPE]


def _declared(resource: Resource, name: str) -> Iterator[FieldHint]:
    declared = resource.model.model_fields[name]
    annotation = bare(declared.annotation)
    kind = (resource.fields.get(name) or resource.in_custom[name]).name
    if kind == "json" and isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from (FieldHint(f"{name}.{part}", "text") for part in annotation.model_fields)
        return
    choices = typing.get_args(annotation) if kind == "choice" else ()
    yield FieldHint(name, FINER_KINDS.get(name, KINDS[kind]), declared.is_required(), choices)


def bare(annotation: Any) -> Any:
    """Return what is left of an annotation without None and marks."""
    if typing.get_origin(annotation) is typing.Annotated:
        return bare(typing.get_args(annotation)[0])
    parts = [part for part in typing.get_args(annotation) if part is not type(None)]
    return bare(parts[0]) if type(None) in typing.get_args(annotation) else annotation
