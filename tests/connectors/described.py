"""A stand-in for a vendor that only its own description is known of: rows and answers are made of its schemas.

It proves that requests and answers are well-formed, and that reading and writing come together; what the vendor does beyond its
description only a personality written by hand knows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from connectors import registry
from connectors.sdk.descriptions import Description, json_of
from connectors.sdk.paths import at, put
from connectors.sdk.resource import Resource, Write
from tests.vendors import people
from tests.vendors.contract import Contract
from tests.vendors.messages import Answer, Call, Refusal
from tests.vendors.personality import Personality
from tests.vendors.store import Row, Values
from tests.vendors.timing import milliseconds, rfc3339

NAMED = {"email": people.email, "first_name": people.first_name, "last_name": people.last_name, "phone": people.phone, "name": people.company}
FORMATS = {"date-time": "2026-11-20T12:00:00Z", "date": "2026-11-20", "uri": "https://x.example/", "uuid": "00000000-0000-4000-8000-000000000000"}
MOST_DEPTH = 5


@dataclass(frozen=True)
class Told:
    """A description as the mock vendor wants it."""

    document: Mapping[str, Any]

    def contract(self) -> Contract:
        server = urlsplit(self.document["servers"][0]["url"])
        return Contract(dict(self.document), server.path.rstrip("/"), server.netloc, "the vendor's description")


@cache
def described(key: str, path: Path) -> type[Personality]:
    """Return the personality that a description makes."""
    document = json.loads(path.read_text(encoding="utf-8"))
    host = urlsplit(document["servers"][0]["url"]).netloc
    return type("Described", (DescribedVendor,), {"key": key, "host": host, "descriptions": (Told(document),), "document": document})


def changes_of(key: str, path: Path) -> dict[str, Mapping[str, Any]]:
    """Return the values of a change for every resource that can be created."""
    maker = Maker(Description(json.loads(path.read_text(encoding="utf-8"))))
    made: dict[str, Any] = {}
    for name, resource in registry.connector(key).resources.items():
        write = resource.write
        if isinstance(write, Write) and write.create:
            body = maker.body(write.create)
            values = at(body, write.wrap) if write.wrap else body
            sent = values if isinstance(values, Mapping) else {}
            made[name] = {one: value for one, value in sent.items() if one not in (resource.id, resource.modified)}
    return {name: values for name, values in made.items() if values}


class Maker:
    """Makes plausible values of schemas, the same ones for the same number."""

    def __init__(self, description: Description) -> None:
        self.description = description

    def body(self, way: str) -> Any:
        """Return a body for an operation."""
        method, _, path = way.partition(" ")
        operation = self.description.operation(path, method.lower()) or {}
        content = self.description.resolved(operation.get("requestBody")).get("content", {})
        media = json_of(content) or next(iter(content.values()), {})
        return self.value("", media.get("schema"), 900, asked=True)

    def value(self, name: str, schema: Any, number: int, depth: int = 0, *, asked: bool = False) -> Any:
        """Return a value of a schema."""
        found = self.description.resolved(schema)
        for one in (*found.get("oneOf", ()), *found.get("anyOf", ())):
            if self.description.resolved(one).get("type") != "null":
                return self.value(name, one, number, depth, asked=asked)
        kinds = found.get("type", "object" if "properties" in found else "string")
        kind = next((one for one in kinds if one != "null"), "null") if isinstance(kinds, list) else kinds
        if "enum" in found:
            return found["enum"][0]
        if kind == "object" or "properties" in found:
            kept = {one: each for one, each in self.description.properties(found).items() if not (asked and each.get("readOnly"))}
            wanted = kept if depth < MOST_DEPTH else {one: kept[one] for one in found.get("required", ()) if one in kept}
            return {one: self.value(one, each, number, depth + 1, asked=asked) for one, each in wanted.items()}
        plain = {"integer": max(number, found.get("minimum", 0)), "number": number + 0.5, "boolean": number % 2 == 0, "array": [], "null": None}
        return plain[kind] if kind in plain else self.text(name, found, number)

    def text(self, name: str, schema: Mapping[str, Any], number: int) -> str:
        """Return a text of a schema: of its format, of what its name says, or just a text."""
        if schema.get("format") in FORMATS:
            return FORMATS[schema["format"]]
        made = next((make(number) for stem, make in NAMED.items() if stem in name.lower()), f"{name}-{number}")
        return made[: schema.get("maxLength", 200)]


class DescribedVendor(Personality):
    """Pages, reads and writes as its connector's manifest says that it does."""

    document: Mapping[str, Any]

    def prepare(self) -> None:
        self.description = Description(self.document)
        self.maker = Maker(self.description)
        self.nouns = {name: one for name, one in registry.connector(self.key).resources.items() if isinstance(one.list, str)}
        self.prefix = urlsplit(self.document["servers"][0]["url"]).path.rstrip("/")

    def authorized(self, call: Call) -> bool:
        return True

    def schema(self, resource: Resource) -> Mapping[str, Any]:
        """Return the schema of one row."""
        one = next(each for each in self.description.collections() if each.path == resource.list)
        return one.schema

    def sample(self, resource: str, number: int) -> Values:
        values: Values = self.maker.value("", self.schema(self.nouns[resource]), number)
        return values

    def show(self, resource: str, row: Row) -> Any:
        declared, schema = self.nouns[resource], self.schema(self.nouns[resource])
        kind = self.description.properties(schema).get(declared.id, {}).get("type")
        shown = {**row.values, declared.id: int(row.id) if kind == "integer" else row.id}
        if declared.modified and self.description.properties(schema)[declared.modified].get("type") == "string":
            shown[declared.modified] = rfc3339(row.modified)
        return shown

    def handle(self, call: Call) -> Answer:
        path = call.path.removeprefix(self.prefix)
        for name, resource in self.nouns.items():
            if path == resource.list:
                return self.listing(call, name, resource) if call.method == "GET" else self.create(call, name, resource)
            if path.rpartition("/")[0] == resource.list:
                return self.one(call, name, resource, path.rpartition("/")[2])
        operation = self.description.operation(path, "get")
        if operation is None:
            raise Refusal(self.missing(call))
        return Answer.of(self.maker.value("", self.description.answer(operation), 1))

    def listing(self, call: Call, name: str, resource: Resource) -> Answer:
        """Return a page, as the pager of the manifest walks it."""
        since = call.arguments.get(getattr(resource.cursor, "param", "") or "-", "0")
        rows = self.store[name].chosen(("since", since), lambda row: row.deleted is None and row.modified >= milliseconds(since))
        page, extra = self.paged(call, resource, rows)
        answer = self.maker.value("", self.description.answer(self.document["paths"][resource.list]["get"]), 1)
        shown = [self.shown(name, row) for row in page]
        if not resource.rows:
            return Answer.of(shown)
        for path, value in {resource.rows: shown, resource.total: len(rows), **extra}.items():
            if path:
                put(answer, path, value)
        return Answer.of(answer)

    def paged(self, call: Call, resource: Resource, rows: Sequence[Row]) -> tuple[list[Row], dict[str, Any]]:
        """Return the rows of a page, and what the answer says of the next one."""
        pager: Any = resource.pager
        asked, size = call.arguments, int(call.arguments.get(getattr(pager, "size_param", ""), 10_000))
        kind = type(pager).__name__
        if kind == "PageNumber":
            start = (int(asked.get(pager.page_param, pager.first)) - pager.first) * size
            return list(rows[start : start + size]), {pager.pages or pager.total: -(-len(rows) // size) if pager.pages else len(rows)}
        if kind == "Offset":
            page, _ = self.cut(rows, int(asked.get(pager.offset_param, 0)), size)
            return page, {}
        after = int(asked.get(getattr(pager, "param", "after"), 0) or 0)
        page, following = self.cut([row for row in rows if row.place > after], 0, size)
        last = str(page[-1].place) if page else ""
        following = after if following == 0 else following
        if kind == "Keyset":
            return page, {pager.more: following is not None} if pager.more else {}
        if kind == "Token":
            return page, {pager.token: None if following is None else last}
        return page, {pager.next: None} if kind == "NextUrl" else {}

    def create(self, call: Call, name: str, resource: Resource) -> Answer:
        row = self.store[name].create(self.sample(name, 900) | self.written(call, resource))
        return self.answered(call, name, resource, row)

    def written(self, call: Call, resource: Resource) -> Values:
        """Return the values in a body that rows have too."""
        wrap = resource.write.wrap if isinstance(resource.write, Write) else ""
        body = call.form if call.media_type.endswith("urlencoded") else call.json
        values = at(body, wrap) if wrap else body
        return {one: value for one, value in values.items() if one in self.description.properties(self.schema(resource))}

    def one(self, call: Call, name: str, resource: Resource, identity: str) -> Answer:
        row = self.row(self.store[name], identity, call)
        if call.method == "DELETE":
            self.store[name].delete(identity)
        elif call.method != "GET":
            self.store[name].change(identity, self.written(call, resource))
        return self.answered(call, name, resource, row)

    def answered(self, call: Call, name: str, resource: Resource, row: Row) -> Answer:
        """Return the row in the form, and with the status, that the operation is described with."""
        method, path = call.method.lower(), call.path.removeprefix(self.prefix)
        template = path if path == resource.list else next(one for one in self.document["paths"] if one.startswith(f"{resource.list}/{{"))
        operation = self.description.operation(template, method) or {}
        status = next((int(code) for code in operation.get("responses", {}) if code.isdigit() and code < "300"), 200)
        schema = self.description.answer(operation)
        if not schema:
            return Answer(status)
        if not resource.row:
            return Answer.of(self.shown(name, row), status)
        return Answer.of({**self.maker.value("", schema, 1), resource.row: self.shown(name, row)}, status)
