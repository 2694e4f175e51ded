"""A vendor's API description as an oracle: every request and every answer is held against it, and what differs is said in words.

Descriptions are read where they lie (`$JUNCTION_TEST_DATA/vendor-specs`), never copied; where a vendor publishes none, a slice of facts written by
hand stands in and says so.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.vendors.forms import fields_of, tree
from tests.vendors.messages import Answer, Call
from tests.vendors.schemas import Schema, Schemas

VERBS = ("get", "put", "post", "delete", "patch", "head")
NOT_AT_HAND = "the vendors' own descriptions are not at hand: JUNCTION_TEST_DATA names no folder that has them"
UNCHECKED_HEADERS = {"accept", "content-type", "authorization"}


@dataclass(frozen=True)
class Operation:
    """One operation of a description, found for a call."""

    name: str
    parameters: tuple[Schema, ...]
    body: Schema
    answers: Mapping[str, Schema]
    path_values: Mapping[str, str]


@dataclass
class Contract:
    """One description. `waivers` are patterns of differences that are the description's fault, each with its reason.

    `annotations` is a pattern of members that may stand on any object without being described.
    """

    document: Schema
    prefix: str
    host: str
    source: str
    written_by_hand: bool = False
    waivers: Mapping[str, str] = field(default_factory=dict)
    any_case: bool = False
    annotations: str = ""

    @cached_property
    def schemas(self) -> Schemas:
        return Schemas(self.document)

    @cached_property
    def templates(self) -> dict[int, list[tuple[re.Pattern[str], str]]]:
        """The paths by their number of segments; those with fewest placeholders first."""
        found: dict[int, list[tuple[re.Pattern[str], str]]] = {}
        for path in sorted(self.document["paths"], key=lambda path: path.count("{")):
            pattern = re.sub(r"\\\{[^}]*\\\}", "([^/]+)", re.escape(path.partition("#")[0]))
            found.setdefault(path.count("/"), []).append((re.compile(pattern, re.IGNORECASE if self.any_case else 0), path))
        return found

    def operation(self, call: Call) -> Operation | None:
        """Return the operation that a call asks for, if this description knows one."""
        if call.host != self.host or not call.path.startswith(self.prefix):
            return None
        path = call.path[len(self.prefix) :]
        for pattern, template in self.templates.get(path.count("/"), ()):
            match = pattern.fullmatch(path)
            if match and call.method.lower() in self.document["paths"][template]:
                return self.declared(call.method, template, [unquote(value) for value in match.groups()])
        return None

    def declared(self, method: str, template: str, values: list[str]) -> Operation:
        item = self.document["paths"][template]
        found = item[method.lower()]
        parameters = [self.schemas.resolved(each) for each in (*item.get("parameters", ()), *found.get("parameters", ()))]
        body = self.schemas.resolved(found.get("requestBody"))
        names = re.findall(r"\{([^}]*)\}", template)
        return Operation(f"{method} {template}", tuple(parameters), body, found["responses"], dict(zip(names, values, strict=True)))

    def asked(self, call: Call, operation: Operation) -> list[str]:
        """Return in what a call differs from the description."""
        found = [*self.in_parameters(call, operation), *self.in_body(call, operation)]
        return self.unwaived(f"{operation.name} asked with {each}" for each in found)

    def answered(self, answer: Answer, operation: Operation) -> list[str]:
        """Return in what an answer differs from the description."""
        return self.unwaived(f"{operation.name} answered with {each}" for each in self.in_answer(answer, operation))

    def unwaived(self, found: Iterator[str]) -> list[str]:
        return [each for each in found if not any(re.search(pattern, each) for pattern in self.waivers)]

    def in_parameters(self, call: Call, operation: Operation) -> Iterator[str]:
        names = {each["name"] for each in operation.parameters if each["in"] == "query"}
        for name, _ in call.query:
            if name not in names and name.partition("[")[0] not in names:
                yield f"an unknown query parameter {name}"
        for each in operation.parameters:
            if each["in"] != "header" or each["name"].lower() not in UNCHECKED_HEADERS:
                yield from self.in_parameter(each, call, operation)

    def in_parameter(self, parameter: Schema, call: Call, operation: Operation) -> Iterator[str]:
        schema = parameter.get("schema", {})
        value = self.given(parameter, schema, call, operation)
        where = f"{parameter['in']} {parameter['name']}"
        if value is None:
            if parameter.get("required"):
                yield f"{where} missing"
        else:
            yield from (f"{where} {each}" for each in self.schemas.problems(schema, self.schemas.read(value, schema), "asked"))

    def given(self, parameter: Schema, schema: Schema, call: Call, operation: Operation) -> Any:
        name = parameter["name"]
        if parameter["in"] == "path":
            return operation.path_values.get(name)
        if parameter["in"] == "header":
            return call.headers.get(name.lower())
        values = [value for key, value in call.query if key == name]
        if not values:
            return tree(call.query).get(name)
        if "array" not in self.schemas.types(schema):
            return values[0]
        return values if parameter.get("explode", True) else values[0].split(",")

    def in_body(self, call: Call, operation: Operation) -> Iterator[str]:
        content = operation.body.get("content", {})
        if not call.body:
            if operation.body.get("required"):
                yield "no body"
        elif not content:
            if call.body != b"{}":
                yield "a body where none is described"
        elif (media := self.media(content, call.media_type)) is None:
            yield f"a body of type {call.media_type or '(none)'}, not {', '.join(content)}"
        else:
            schema = media.get("schema", {})
            yield from (f"body {each}" for each in self.in_value(call, schema))

    def in_value(self, call: Call, schema: Schema) -> Iterator[str]:
        if call.media_type.endswith("json"):
            try:
                value = json.loads(call.body)
            except ValueError as error:
                yield f"that is no JSON: {error}"
                return
        elif call.media_type.endswith("urlencoded"):
            value = self.schemas.read(tree(fields_of(call.body)), schema)
        else:
            return
        yield from self.schemas.problems(schema, self.plain(value), "asked")

    def plain(self, value: Any) -> Any:
        """Return a value without its annotations."""
        if not self.annotations:
            return value
        if isinstance(value, dict):
            return {name: self.plain(part) for name, part in value.items() if not re.fullmatch(self.annotations, name)}
        return [self.plain(part) for part in value] if isinstance(value, list) else value

    def in_answer(self, answer: Answer, operation: Operation) -> Iterator[str]:
        status = answer.described_as or str(answer.status)
        declared = operation.answers.get(status, operation.answers.get(f"{status[0]}XX", operation.answers.get("default")))
        if declared is None:
            if answer.status < 400:
                yield f"a status {status} that is not described"
            return
        content = self.schemas.resolved(declared).get("content", {})
        if not answer.body or not content:
            return
        media = self.media(content, answer.headers.get("content-type", "").partition(";")[0])
        if media is None:
            yield f"type {answer.headers.get('content-type')}, not {', '.join(content)}"
        elif "schema" in media:
            yield from (f"{status} {each}" for each in self.schemas.problems(media["schema"], self.plain(answer.json), "answered"))

    def media(self, content: Mapping[str, Schema], media_type: str) -> Schema | None:
        kinds = {kind.partition(";")[0].strip().lower(): media for kind, media in content.items()}
        return kinds.get(media_type, kinds.get("*/*", kinds.get(media_type.partition("/")[0] + "/*")))


def folder() -> Path | None:
    """Return where the vendors' descriptions lie, if they are at hand."""
    place = os.environ.get("JUNCTION_TEST_DATA", "")
    found = Path(place, "vendor-specs")
    return found if place and found.is_dir() else None


def described(path: str, *, address: str | None, waivers: Mapping[str, str], any_case: bool, annotations: str) -> Contract | None:
    """Return a published description; None where the descriptions are not at hand."""
    place = folder()
    if place is None or not (place / path).exists():
        return None
    document = load(place / path)
    server = urlsplit(address or document["servers"][0]["url"])
    return Contract(document, server.path.rstrip("/"), server.netloc, path, waivers=waivers, any_case=any_case, annotations=annotations)


def facts(document: Schema) -> Contract:
    """Return a slice of facts, written by hand from the source that it names."""
    server = urlsplit(document["servers"][0]["url"])
    return Contract(document, server.path.rstrip("/"), server.netloc, document["info"]["x-source"], written_by_hand=True)


@cache
def load(path: Path) -> Schema:
    """Read a description once in a process."""
    found: Schema = json.loads(path.read_bytes())
    return found
