"""A stand-in for a vendor that only its own description is known of: rows and answers are made of its schemas.

It proves that requests are well-formed, and that reading and writing come together; what the vendor does beyond its description only a
personality written by hand knows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from connectors import registry
from connectors.sdk.drafts.descriptions import Description, json_of
from connectors.sdk.drafts.drafting import same
from connectors.sdk.drafts.listings import Listings
from connectors.sdk.drafts.sampling import sample
from connectors.sdk.paths import at, parts, put
from connectors.sdk.resource import Resource, Write
from tests.vendors import people
from tests.vendors.contract import Contract
from tests.vendors.messages import Answer, Call, Refusal
from tests.vendors.personality import Personality
from tests.vendors.schemas import Schemas
from tests.vendors.store import Row, Values
from tests.vendors.timing import milliseconds, rfc3339

NAMED = {"email": people.email, "first_name": people.first_name, "last_name": people.last_name, "phone": people.phone, "name": people.company}
FORMATS = {"date-time": "2026-11-20T12:00:00Z", "date": "2026-11-20", "uri": "https://x.example/", "uuid": "00000000-0000-4000-8000-000000000000"}
MOST_DEPTH = 5
MOST_ASKED = 2
SHORT = 8


@dataclass(frozen=True)
class Told:
    """A description as the mock vendor wants it."""

    document: Mapping[str, Any]

    def contract(self) -> Contract:
        server = urlsplit(self.document["servers"][0]["url"])
        schemes = self.document.get("components", {}).get("securitySchemes", {}).values()
        shown = [str(one["name"]) for one in schemes if one.get("in") == "query"]
        waivers = {f"unknown query parameter {re.escape(name)}$": "it shows who we are" for name in shown}
        return Contract(dict(self.document), server.path.rstrip("/"), server.netloc, "the vendor's description", waivers=waivers)


@cache
def described(key: str, path: Path) -> type[Personality]:
    """Return the personality that a description makes."""
    document = json.loads(path.read_text(encoding="utf-8"))
    host = urlsplit(document["servers"][0]["url"]).netloc
    return type("Described", (DescribedVendor,), {"key": key, "host": host, "descriptions": (Told(document),), "document": document})


def changes_of(key: str, path: Path) -> dict[str, Mapping[str, Any]]:
    """Return the values of a change for every resource that can be created, and changed with the same values where it can be changed."""
    maker = Maker(Description(json.loads(path.read_text(encoding="utf-8"))))
    rows = {one.path: maker.description.properties(one.schema) for one in Listings(maker.description).all()}
    made: dict[str, Any] = {}
    for name, resource in registry.connector(key).resources.items():
        write = resource.write
        if isinstance(write, Write) and write.create:
            row = next(found for place, found in rows.items() if same(place, str(resource.list)))
            own = {one: rules for one, rules in row.items() if one not in (resource.id, resource.modified)}
            made[name] = maker.change(write, own)
    return {name: values for name, values in made.items() if values}


class Maker:
    """Makes plausible values of schemas, the same ones for the same number."""

    def __init__(self, description: Description) -> None:
        self.description = description

    def change(self, write: Write, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return values that a create and an update take and that rows have; none where one of these lacks what a create demands."""
        schema = self.asked(write.create, write.wrap)
        values = self.value("", schema, 900, asked=True)
        other = self.asked(write.update, write.wrap).get("properties") if write.update else None
        given = values if isinstance(values, dict) else {}
        common = {name: value for name, value in given.items() if name in row and (other is None or name in other)}
        takes = not list(Schemas(self.description.document).problems(schema, common, "asked"))
        return common if takes and set(schema.get("required", ())) <= common.keys() else {}

    def asked(self, way: str, wrap: str) -> Mapping[str, Any]:
        """Return the schema of the values that an operation takes."""
        method, _, path = way.partition(" ")
        template = next(one for one in self.description.document["paths"] if same(one, path))
        content = self.description.body(self.description.operation(template, method.lower()) or {})
        schema = self.description.resolved((json_of(content) or next(iter(content.values()), {})).get("schema"))
        return self.description.at(schema, wrap) or {}

    def value(self, name: str, schema: Any, number: int, depth: int = 0, *, asked: bool = False) -> Any:
        """Return a value of a schema."""
        found = self.description.resolved(schema)
        kinds = found.get("type", "object" if "properties" in found else "string")
        kind = next((one for one in kinds if one != "null"), "null") if isinstance(kinds, list) else kinds
        if kind == "object" or "properties" in found:
            return {one: self.value(one, each, number, depth + 1, asked=asked) for one, each in self.members(found, depth, asked=asked).items()}
        if kind == "array":
            item = self.description.resolved(found.get("items"))
            filled = found.get("minItems") or ("properties" in item and not depth > 1 and not asked)
            return [self.value(name, item, number, depth + 1, asked=asked)] if filled else []
        if "enum" in found:
            return found["enum"][0]
        plain = {"number": number + 0.5, "boolean": number % 2 == 0, "null": None, "integer": self.whole(found, number)}
        return plain[kind] if kind in plain else self.text(name, found, number)

    def members(self, schema: Mapping[str, Any], depth: int, *, asked: bool) -> dict[str, Mapping[str, Any]]:
        """Return the members that a value has: of what is asked no more than what has to be there and what is plain."""
        kept, required = self.description.properties(schema), schema.get("required", ())
        kept = {one: each for one, each in kept.items() if one in required or is_makeable(one, each)}
        if asked:
            kept = {one: each for one, each in kept.items() if not each.get("readOnly") and (one in required or is_simple(each))}
        return kept if depth < (MOST_ASKED if asked else MOST_DEPTH) else {one: kept[one] for one in required if one in kept}

    def whole(self, schema: Mapping[str, Any], number: int) -> int:
        """Return a number within the bounds."""
        return int(min(max(number, schema.get("minimum", 0)), schema.get("maximum", 10**9)))

    def text(self, name: str, schema: Mapping[str, Any], number: int) -> str:
        """Return a text of a schema: of its format, of what its name says, or just a text."""
        if schema.get("format") in FORMATS:
            return FORMATS[schema["format"]]
        if "pattern" in schema or schema.get("minLength", 0) > SHORT:
            return str(sample(name, schema)).ljust(schema.get("minLength", 0), "x")
        made = next((make(number) for stem, make in NAMED.items() if stem in name.lower()), f"{name}-{number}")
        return made[: schema.get("maxLength", 200)]


def is_makeable(name: str, schema: Mapping[str, Any]) -> bool:
    """Tell whether a value can be made that the schema's pattern takes."""
    return "pattern" not in schema or re.search(schema["pattern"], str(sample(name, schema))) is not None


def is_simple(schema: Mapping[str, Any]) -> bool:
    """Tell whether a value is a text that may be anything."""
    return schema.get("type") == "string" and not {"pattern", "format", "enum"} & schema.keys()


class DescribedVendor(Personality):
    """Pages, reads and writes as its connector's manifest says that it does."""

    document: Mapping[str, Any]

    def prepare(self) -> None:
        self.description = Description(self.document)
        self.maker = Maker(self.description)
        listed = {name: one for name, one in registry.connector(self.key).resources.items() if isinstance(one.list, str)}
        self.nouns = dict(sorted(listed.items(), key=lambda one: str(one[1].list).count("{")))  # the plainest path that fits is meant
        self.schemas = {one.path: one.schema for one in Listings(self.description).all()}
        self.prefix = urlsplit(self.document["servers"][0]["url"]).path.rstrip("/")

    def authorized(self, call: Call) -> bool:
        return True

    def template(self, path: str) -> str:
        """Return the path of the description that a path of the manifest is, whatever its placeholders are called."""
        return next(str(one) for one in self.document["paths"] if same(one, path))

    def schema(self, resource: Resource) -> Mapping[str, Any]:
        """Return the schema of one row."""
        return self.schemas[self.template(str(resource.list))]

    def sample(self, resource: str, number: int) -> Values:
        values: Values = self.maker.value("", self.schema(self.nouns[resource]), number)
        return values

    def show(self, resource: str, row: Row) -> Any:
        declared, schema = self.nouns[resource], self.schema(self.nouns[resource])
        kind = self.description.properties(schema).get(declared.id, {}).get("type")
        shown = {**row.values, declared.id: int(row.id) if kind in ("integer", "number") else row.id}
        if declared.modified and (self.description.at(schema, declared.modified) or {}).get("type") == "string":
            put(shown, declared.modified, rfc3339(row.modified))
        return shown

    def new_id(self, resource: str, place: int, values: Mapping[str, Any]) -> str:
        declared = self.nouns[resource]
        rules = self.description.properties(self.schema(declared)).get(declared.id, {})
        if rules.get("type") != "string" or not ("pattern" in rules or rules.get("minLength") or rules.get("format") == "uuid"):
            return str(place)
        whole = str(sample(declared.id, rules)).ljust(rules.get("minLength", 0), "0")
        return whole[: -len(str(place))] + str(place)

    def handle(self, call: Call) -> Answer:
        path = call.path.removeprefix(self.prefix)
        for name, resource in self.nouns.items():
            if pattern_of(str(resource.list)).fullmatch(path) and call.method in ("GET", "POST"):
                return self.listing(call, name, resource) if call.method == "GET" else self.create(call, name, resource)
            one = next((found for place in self.places(resource) if (found := pattern_of(place).fullmatch(path))), None)
            if one and path not in self.document["paths"]:
                return self.one(call, name, resource, unquote(one["id"]))
        operation = self.operation(path, "get")
        if operation is None:
            raise Refusal(self.missing(call))
        return made(self.maker.value("", self.description.answer(operation), 1), status_of(operation))

    def missing(self, call: Call) -> Answer:
        """Answer for what is not there; how errors look, descriptions seldom tell."""
        return Answer(404, genuine=False)

    def places(self, resource: Resource) -> list[str]:
        """Return the paths under which a single row is."""
        ways = [resource.write.update, resource.write.delete] if isinstance(resource.write, Write) else []
        return [one.rpartition(" ")[2] for one in (resource.get, *ways) if one]

    def operation(self, path: str, method: str) -> Mapping[str, Any] | None:
        """Return the operation that a path and a method ask for, that of the path with fewest placeholders."""
        fitting = [one for one in sorted(self.document["paths"], key=lambda one: one.count("{")) if pattern_of(one).fullmatch(path)]
        return next((found for one in fitting if (found := self.description.operation(one, method)) is not None), None)

    def listing(self, call: Call, name: str, resource: Resource) -> Answer:
        """Return a page, as the pager of the manifest walks it."""
        since = self.since(call, resource)
        rows = self.store[name].chosen(("since", since), lambda row: row.deleted is None and row.modified >= milliseconds(since))
        page, extra = self.paged(call, resource, rows)
        operation = self.document["paths"][self.template(str(resource.list))]["get"]
        answer = self.maker.value("", self.description.answer(operation), 1)
        shown = [self.shown(name, row) for row in page]
        if not resource.rows:
            return made(shown, status_of(operation))
        answer = answer if isinstance(answer, dict) else {}
        for path, value in {resource.rows: shown, resource.total: len(rows), **extra}.items():
            if path and value is None:
                drop(answer, path)
            elif path:
                put(answer, path, value)
        return made(answer, status_of(operation))

    def since(self, call: Call, resource: Resource) -> str:
        """Return the moment since which changes are asked for."""
        cursor: Any = resource.cursor
        given = call.headers if getattr(cursor, "place", "") == "header" else call.arguments
        param = getattr(cursor, "param", "") or "-"
        return given.get(param.lower() if given is call.headers else param, "0")

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
        if kind in ("NextUrl", "LinkHeader"):
            return list(rows), {pager.next: None} if kind == "NextUrl" else {}
        after = int(asked.get(getattr(pager, "param", "after"), 0) or 0)
        page, following = self.cut([row for row in rows if row.place > after], 0, size)
        last = str(page[-1].place) if page else ""
        following = after if following == 0 else following
        if kind == "Keyset":
            return page, {pager.more: following is not None} if pager.more else {}
        if kind == "Token":
            return page, {pager.token: None if following is None else last}
        return page, {}

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
        operation = self.operation(call.path.removeprefix(self.prefix), call.method.lower()) or {}
        schema = self.description.answer(operation)
        if not schema:
            return Answer(status_of(operation), genuine=False)
        if resource.row:
            return made({**self.maker.value("", schema, 1), resource.row: self.shown(name, row)}, status_of(operation))
        described = self.description.properties(schema)
        shown = {one: value for one, value in self.shown(name, row).items() if one in described or not described}
        rest = self.maker.value("", schema, 1)
        return made({**rest, **shown} if isinstance(rest, dict) else shown, status_of(operation))


def drop(document: dict[str, Any], path: str) -> None:
    """Take away what stands at a dotted path."""
    *places, last = parts(path)
    found = at(document, ".".join(places)) if places else document
    if isinstance(found, dict):
        found.pop(last, None)


def made(value: Any, status: int = 200) -> Answer:
    """Return an answer that is not held against the description it was made of: real ones contradict themselves, and ask for what cannot be made."""
    return replace(Answer.of(value, status), genuine=False)


def status_of(operation: Mapping[str, Any]) -> int:
    """Return the status of a success as it is described."""
    return next((int(code) for code in operation.get("responses", {}) if code.isdigit() and code < "300"), 200)


def pattern_of(path: str) -> re.Pattern[str]:
    """Return what fits a path whatever stands in its placeholders; `id` is kept."""
    parts = re.split(r"(\{[^}]*\})", path.partition("?")[0])
    return re.compile("".join("(?P<id>[^/]+)" if one == "{id}" else "[^/]+" if one.startswith("{") else re.escape(one) for one in parts))
