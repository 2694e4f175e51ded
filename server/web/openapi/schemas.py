"""The schemas of bodies and answers: each model once under a plain name, and an example for every one."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from server.domain.blanks import unblank
from server.store.records import resources
from server.web.openapi.examples import example_of, names_of, record_example

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic_core.core_schema import StringSchema

    from server.web.routes import Route

Schema = dict[str, Any]
Mode = Literal["validation", "serialization"]
_REF: Final = "#/components/schemas/"
_ENVELOPE: Final = ("object", "data", "has_more", "next_cursor")


class Generator(GenerateJsonSchema):
    """Says of texts what pydantic leaves unsaid: those that lose the white space around them are measured without it."""

    def str_schema(self, schema: StringSchema) -> Schema:
        """Return the schema of a text."""
        found = super().str_schema(schema)
        if schema.get("strip_whitespace", self._config.str_strip_whitespace) and found.get("minLength") and "pattern" not in found:
            found["pattern"] = unblank(found["minLength"])
        return found


class Schemas:
    """What the routes of a table read and write."""

    def __init__(self, routes: Sequence[Route]) -> None:
        """Make every schema at once, so that a model used twice is there once."""
        wanted = {(id(model), mode): (model, mode) for route in routes for model, mode in _models(route)}
        inputs = [(key[0], mode, TypeAdapter(model)) for key, (model, mode) in wanted.items()]
        found, rest = TypeAdapter.json_schemas(inputs, ref_template=_REF + "{model}", schema_generator=Generator)
        self._by_model: dict[tuple[int, str], Schema] = {(int(key), mode): dict(schema) for (key, mode), schema in found.items()}
        self.components: dict[str, Schema] = rest.get("$defs", {})
        self._rename()
        for schema in (*self.components.values(), *self._by_model.values()):
            _tidy(schema)
        self._describe_records()
        self._add_patches(routes)

    def _rename(self) -> None:
        """Let `WebhookView` be `Webhook` where that name is free, and `NewWebhook` be `WebhookWrite`: in Go, `New...` makes a value."""
        names = {name: name.removesuffix("View").removesuffix("Value") or name for name in self.components}
        names |= {name: f"{name.removeprefix('New')}Write" for name in self.components if name.startswith("New")}
        names = {name: short for name, short in names.items() if short != name and short not in self.components}
        self.components = {names.get(name, name): renamed(schema, names) for name, schema in self.components.items()}
        self._by_model = {key: renamed(schema, names) for key, schema in self._by_model.items()}

    def _describe_records(self) -> None:
        """Say what `fields` leaves out of a record, and what `expand` puts beside each of its references."""
        by_noun = {resource.noun: resource for resource in resources()}
        self.components.setdefault("UserBrief", _USER)
        for resource in resources():
            schema = self.components.get(resource.model.__name__)
            if schema is None:
                continue
            # `fields` leaves out what it does not name.
            schema["required"] = ["id", "object"]
            schema["properties"]["object"] = {"type": "string", "const": resource.noun}
            schema["examples"] = [record_example(resource)]
            for part in schema["properties"].values():
                part.pop("default", None)
            places = {name.removesuffix("_id"): by_noun[kind.reference].model.__name__ for name, kind in resource.fields.items() if kind.reference}
            for place, model in {**places, "owner": "UserBrief"}.items():
                schema["properties"][place] = {"anyOf": [{"$ref": _REF + model}, {"type": "null"}], "description": f"Only with `expand={place}`."}

    def _add_patches(self, routes: Sequence[Route]) -> None:
        for route in routes:
            if route.document is not None and route.partial:
                name = self._name(route.document, "validation")
                nested = [
                    ref for ref in _refs(self.components[name]) if self.components[ref].get("required") and "properties" in self.components[ref]
                ]
                for part in (name, *nested):
                    self.components.setdefault(
                        _patch_name(part), renamed(_patch_of(self.components[part]), {ref: _patch_name(ref) for ref in nested})
                    )

    def _name(self, model: object, mode: Mode) -> str:
        return str(self._by_model[id(model), mode]["$ref"]).removeprefix(_REF)

    def body(self, route: Route) -> Schema:
        """Return schema and example of what a route reads."""
        model = route.body if route.body is not None else route.document
        schema = self._by_model[id(model), "validation"]
        if route.document is not None and route.partial:
            schema = {"$ref": _REF + _patch_name(self._name(route.document, "validation"))}
        given = route.example if route.example is not None else example_of(schema, self.components, names_of(route.path))
        return {"schema": schema, "example": given}

    def content(self, route: Route, answer: Any) -> Schema:
        """Return schema and example of an answer of a route."""
        if answer is None:
            schema = {"type": "object" if route.produces == "application/json" else "string"}
            return {"schema": schema, "example": route.example} if route.method == "GET" and route.example else {"schema": schema}
        schema = self._by_model[id(answer), "serialization"]
        if route.listed:
            schema = _listed(schema)
        return {"schema": schema, "example": example_of(schema, self.components, names_of(route.path))}

    def later(self, route: Route) -> Schema:
        """Return schema and example of the job that a route answers with when its work is done later."""
        schema = self._by_model[id(route.later), "serialization"]
        return {"schema": schema, "example": example_of(schema, self.components, names_of("/jobs"))}


_USER: Final[Schema] = {
    "type": "object",
    "description": "Who owns a record.",
    "required": ["id", "object", "name", "email"],
    "properties": {
        "id": {"type": "string"},
        "object": {"const": "user", "type": "string"},
        "name": {"type": ["string", "null"]},
        "email": {"type": "string"},
    },
}


def _models(route: Route) -> Iterator[tuple[Any, Mode]]:
    for model in (route.body, route.document):
        if model is not None:
            yield model, "validation"
    for answer in (route.answer, route.later, *route.also_answers.values()):
        if answer is not None:
            yield answer, "serialization"


def renamed(schema: Any, names: dict[str, str]) -> Any:
    """Return a part of a document whose references lead to schemas by their new names."""
    if isinstance(schema, dict):
        return {
            key: _REF + names.get(value.removeprefix(_REF), value.removeprefix(_REF))
            if key == "$ref" and value.startswith(_REF)
            else renamed(value, names)
            for key, value in schema.items()
        }
    return [renamed(part, names) for part in schema] if isinstance(schema, list) else schema


def _tidy(schema: Any) -> None:
    """Say plainly, all the way down, what pydantic leaves unsaid or says in a way that readers of schemas take for something else."""
    if isinstance(schema, dict):
        # Generators of clients take a title for a name of its own.
        if isinstance(schema.get("title"), str):
            del schema["title"]
        # Some write an object's default, or an empty list beside a choice of types, into the source of a client as it stands.
        if schema.get("default", ...) is None or isinstance(schema.get("default"), dict) or (schema.get("default") == [] and "anyOf" in schema):
            del schema["default"]
        if "patternProperties" in schema and "propertyNames" in schema:
            ((pattern, value),) = schema.pop("patternProperties").items()
            schema["propertyNames"]["pattern"] = pattern
            schema["additionalProperties"] = value or True
        for key, part in list(schema.items()):
            # A member of a body may be called as a word of JSON Schema is.
            _tidy(list(part.values()) if key == "properties" else part)
    elif isinstance(schema, list):
        for part in schema:
            _tidy(part)


def _patch_name(name: str) -> str:
    return re.sub(r"Write$", "", name) + "Patch"


def _refs(schema: Schema) -> list[str]:
    """Return the components that members of a schema are, or may be."""
    choices = [choice for part in schema.get("properties", {}).values() for choice in (part, *part.get("anyOf", ()))]
    return [str(choice["$ref"]).removeprefix(_REF) for choice in choices if "$ref" in choice]


def _patch_of(schema: Schema) -> Schema:
    """Return what a merge patch (RFC 7396) of a schema may hold: nothing is required, and null takes away what may be absent."""
    required = schema.get("required", ())
    found = {key: deepcopy(value) for key, value in schema.items() if key != "required"}
    for name, part in found["properties"].items():
        part.pop("default", None)
        if name not in required and {"type": "null"} not in part.get("anyOf", ()):
            found["properties"][name] = {"anyOf": [part, {"type": "null"}]}
    return found | {"description": "What is to change; null takes a value away (RFC 7396)."}


def _listed(schema: Schema) -> Schema:
    return {
        "type": "object",
        "required": list(_ENVELOPE),
        "properties": {
            "object": {"type": "string", "const": "list"},
            "data": {"type": "array", "items": schema},
            "has_more": {"type": "boolean"},
            "next_cursor": {"type": ["string", "null"], "description": "Hand it back as `cursor`; null at the end."},
        },
    }
