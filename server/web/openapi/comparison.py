"""What a document takes away from clients of an earlier one: nothing, as long as both describe the same version of the API.

What is asked may only become freer and what is answered only more: a request that was good stays good, and an answer holds
whatever it held. `NARROWINGS` says each way in which that can fail; additions and widenings are silent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

Document = Mapping[str, Any]
Schema = Mapping[str, Any]

NARROWINGS: Final = {
    "path_removed": "an address is gone",
    "operation_removed": "an operation is gone",
    "operation_renamed": "generated clients call the operation by another name",
    "credential_required": "who needed no credential, or another one, is turned away",
    "scope_added": "keys that could call it lack a scope",
    "parameter_removed": "a parameter that was sent is refused",
    "parameter_required": "a parameter that could be left out is missed",
    "body_required": "a body that could be left out is missed",
    "body_removed": "a body that was read is not",
    "media_type_removed": "a media type is gone",
    "success_removed": "a status of success is gone",
    "type_narrowed": "a value of a type that was accepted is refused",
    "type_widened": "an answer holds a type that clients do not expect",
    "enum_value_removed": "a value is gone",
    "enum_added": "a value that was free is one of a few",
    "property_removed": "a member is gone",
    "property_required": "a member that could be left out is missed",
    "property_optional": "a member that was always there may be missing",
    "members_closed": "members of any name are refused",
    "limit_narrowed": "a value that was within the limits is not",
    "pattern_changed": "a text that fitted may not fit",
    "variant_removed": "one of several shapes is gone",
    "variant_added": "an answer has a shape that clients do not expect",
}
"""Every kind of narrowing, and what it does to a client."""

_METHODS: Final = ("get", "put", "post", "delete", "patch", "head", "options")
_UPPER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_LOWER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_PATTERNS: Final = ("pattern", "format", "multipleOf", "uniqueItems")
_VARIANTS: Final = ("anyOf", "oneOf")
_ANYTHING: Final[Schema] = {}
_ANY: Final = frozenset({"null", "boolean", "object", "array", "number", "string"})


class Finding(NamedTuple):
    """One narrowing: a key of `NARROWINGS`, where it is, and what changed."""

    kind: str
    place: str
    detail: str = ""

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.place}: {NARROWINGS[self.kind]}" + (f" ({self.detail})" if self.detail else "")


def narrowings(old: Document, new: Document) -> list[Finding]:
    """Return what a document takes away from clients of an older one, every finding once."""
    return list(dict.fromkeys(_Comparison(old, new).findings()))


@dataclass(slots=True)
class _Comparison:
    old: Document
    new: Document

    def findings(self) -> Iterator[Finding]:
        schemas = _Schemas(self.old, self.new)
        for path, before in self.old["paths"].items():
            after = self.new["paths"].get(path)
            if after is None:
                yield Finding("path_removed", path)
                continue
            for method in (method for method in _METHODS if method in before):
                place = f"{method.upper()} {path}"
                if method not in after:
                    yield Finding("operation_removed", place)
                else:
                    yield from _Operation(place, before[method], after[method], schemas).findings()


@dataclass(slots=True)
class _Operation:
    place: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    schemas: _Schemas

    def findings(self) -> Iterator[Finding]:
        yield from self._callers()
        yield from self._parameters()
        yield from self._body()
        yield from self._answers()

    def _callers(self) -> Iterator[Finding]:
        if self.old.get("operationId") != self.new.get("operationId"):
            yield Finding("operation_renamed", self.place, f"{self.old.get('operationId')} is now {self.new.get('operationId')}")
        if self.new.get("x-scope") not in {None, self.old.get("x-scope")}:
            yield Finding("scope_added", self.place, self.new["x-scope"])
        before, after = self.old.get("security", []), self.new.get("security", [])
        lost = [one for one in before if one not in after] if before else after
        if after and lost:
            yield Finding("credential_required", self.place, ", ".join(name for one in lost for name in one))

    def _parameters(self) -> Iterator[Finding]:
        before, after = (self._by_name(operation) for operation in (self.old, self.new))
        for key, parameter in before.items():
            place = f"{self.place} parameter {key[1]}"
            if key not in after:
                yield Finding("parameter_removed", place)
            else:
                yield from self.schemas.asked(parameter.get("schema", _ANYTHING), after[key].get("schema", _ANYTHING), place)
        for key, parameter in after.items():
            if parameter.get("required") and not before.get(key, {}).get("required"):
                yield Finding("parameter_required", f"{self.place} parameter {key[1]}")

    @staticmethod
    def _by_name(operation: Mapping[str, Any]) -> dict[tuple[str, str], Mapping[str, Any]]:
        return {(one["in"], one["name"]): one for one in operation.get("parameters", ())}

    def _body(self) -> Iterator[Finding]:
        before, after = self.old.get("requestBody"), self.new.get("requestBody")
        place = f"{self.place} body"
        if after and after.get("required") and not (before and before.get("required")):
            yield Finding("body_required", place)
        if before and not after:
            yield Finding("body_removed", place)
        if before and after:
            yield from self._content(before, after, place, is_asked=True)

    def _answers(self) -> Iterator[Finding]:
        for status, before in self.old.get("responses", {}).items():
            if not status.startswith("2"):
                continue
            after, place = self.new.get("responses", {}).get(status), f"{self.place} {status}"
            if after is None:
                yield Finding("success_removed", place)
            else:
                yield from self._content(before, after, place, is_asked=False)

    def _content(self, before: Mapping[str, Any], after: Mapping[str, Any], place: str, *, is_asked: bool) -> Iterator[Finding]:
        compare = self.schemas.asked if is_asked else self.schemas.answered
        for media_type, content in before.get("content", {}).items():
            if media_type not in after.get("content", {}):
                yield Finding("media_type_removed", place, media_type)
            else:
                yield from compare(content.get("schema", _ANYTHING), after["content"][media_type].get("schema", _ANYTHING), place)


class _Schemas:
    """Compares schemas of two documents; what a component says is compared once, under its own name."""

    def __init__(self, old: Document, new: Document) -> None:
        self._old, self._new = old, new
        self._known: dict[tuple[int, int, bool], list[Finding]] = {}

    def asked(self, old: Schema, new: Schema, place: str) -> list[Finding]:
        """Return what was accepted and is not any more."""
        return self._compare(old, new, place, is_asked=True)

    def answered(self, old: Schema, new: Schema, place: str) -> list[Finding]:
        """Return what was promised and is not any more."""
        return self._compare(old, new, place, is_asked=False)

    def _compare(self, old: Schema, new: Schema, place: str, *, is_asked: bool) -> list[Finding]:
        if _has_variants(old, new):
            return list(self._variants(_variants(old), _variants(new), place, is_asked=is_asked))
        before, after = _resolved(self._old, old), _resolved(self._new, new)
        if "$ref" not in old and "$ref" not in new:
            return list(self._findings(before, after, place, is_asked=is_asked))
        key = (id(before), id(after), is_asked)
        if key not in self._known:
            # A component that holds itself finds nothing new inside.
            self._known[key] = []
            if "$ref" in old:
                place = f"{_kind_of(old)} {'in requests' if is_asked else 'in answers'}"
            self._known[key] = list(self._findings(before, after, place, is_asked=is_asked))
        return self._known[key]

    def _findings(self, old: Schema, new: Schema, place: str, *, is_asked: bool) -> Iterator[Finding]:
        if _has_variants(old, new):
            yield from self._variants(_variants(old), _variants(new), place, is_asked=is_asked)
            return
        yield from _types(old, new, place, is_asked=is_asked)
        yield from _values(old, new, place, is_asked=is_asked)
        if is_asked:
            yield from _limits(old, new, place)
        yield from self._members(old, new, place, is_asked=is_asked)
        if "items" in old and "items" in new:
            yield from self._compare(old["items"], new["items"], f"{place}/items", is_asked=is_asked)

    def _variants(self, old: list[Schema], new: list[Schema], place: str, *, is_asked: bool) -> Iterator[Finding]:
        """Compare alternatives: each that was accepted has to fit one that is, each that is answered one that was."""
        for one in old if is_asked else new:
            others = new if is_asked else old
            pairs = [(one, other) if is_asked else (other, one) for other in others]
            tries = [self._compare(*pair, place, is_asked=is_asked) for pair in pairs]
            if all(tries):
                # A single alternative that fits but for a detail says more by the detail.
                closest = min(tries, key=len)
                kind = "variant_removed" if is_asked else "variant_added"
                is_the_same = any(_kind_of(one) == _kind_of(other) for other in others)
                yield from closest if is_the_same else [Finding(kind, place, _kind_of(one))]

    def _members(self, old: Schema, new: Schema, place: str, *, is_asked: bool) -> Iterator[Finding]:
        before, after = old.get("properties", {}), new.get("properties", {})
        for name, schema in before.items():
            inner = f"{place}/{name}"
            if name in after:
                yield from self._compare(schema, after[name], inner, is_asked=is_asked)
            elif "type" in new:
                yield Finding("property_removed", inner)
        needed, given = set(new.get("required", ())), set(old.get("required", ()))
        if is_asked:
            yield from (Finding("property_required", f"{place}/{name}") for name in sorted(needed - given))
            yield from self._open_members(old, new, place)
        else:
            lost = (name for name in sorted(given - needed) if name in after)
            yield from (Finding("property_optional", f"{place}/{name}") for name in lost)

    def _open_members(self, old: Schema, new: Schema, place: str) -> Iterator[Finding]:
        before, after = old.get("additionalProperties", True), new.get("additionalProperties", True)
        if before is not False and after is False:
            yield Finding("members_closed", place)
        elif isinstance(before, dict) and isinstance(after, dict):
            yield from self._compare(before, after, f"{place}/*", is_asked=True)
        elif before is True and isinstance(after, dict):
            yield from self._compare(_ANYTHING, after, f"{place}/*", is_asked=True)
        if "propertyNames" in new:
            yield from self._compare(old.get("propertyNames", _ANYTHING), new["propertyNames"], f"{place} names", is_asked=True)


def _resolved(document: Document, schema: Schema) -> Schema:
    while "$ref" in schema:
        found: Any = document
        for step in str(schema["$ref"]).removeprefix("#/").split("/"):
            found = found[step]
        schema = found
    return schema


def _has_variants(*schemas: Schema) -> bool:
    return any(key in schema for schema in schemas for key in _VARIANTS)


def _variants(schema: Schema) -> list[Schema]:
    """Return the alternatives; what is said beside them holds for each."""
    key = next((key for key in _VARIANTS if key in schema), None)
    if key is None:
        return [schema]
    beside = {name: value for name, value in schema.items() if name != key}
    return [one if "$ref" in one else {**beside, **one} for one in schema[key]]


def _kind_of(schema: Schema) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2] or str(schema.get("type", "anything"))


def _types_of(schema: Schema) -> frozenset[str]:
    """Return the types a schema allows, `integer` for numbers that have to be whole."""
    said = schema.get("type")
    if said is None:
        return _ANY | {"integer"}
    found = frozenset([said] if isinstance(said, str) else said)
    return found | {"integer"} if "number" in found else found


def _types(old: Schema, new: Schema, place: str, *, is_asked: bool) -> Iterator[Finding]:
    before, after = _types_of(old), _types_of(new)
    if is_asked and before - after:
        yield Finding("type_narrowed", place, ", ".join(sorted(before - after)))
    if not is_asked and after - before:
        yield Finding("type_widened", place, ", ".join(sorted(after - before)))


def _values(old: Schema, new: Schema, place: str, *, is_asked: bool) -> Iterator[Finding]:
    before, after = (schema.get("enum", [schema["const"]] if "const" in schema else None) for schema in (old, new))
    if after is None:
        return
    if before is not None:
        gone = [value for value in before if value not in after]
        yield from (Finding("enum_value_removed", place, repr(value)) for value in gone)
    elif is_asked:
        yield Finding("enum_added", place, ", ".join(map(repr, after)))


def _limits(old: Schema, new: Schema, place: str) -> Iterator[Finding]:
    for names, sign in ((_UPPER, 1), (_LOWER, -1)):
        for name in names:
            before, after = old.get(name), new.get(name)
            if after is not None and (before is None or sign * after < sign * before):
                yield Finding("limit_narrowed", place, f"{name} is {after}" + ("" if before is None else f", it was {before}"))
    for name in _PATTERNS:
        before, after = old.get(name), new.get(name)
        if after not in {None, False, before}:
            yield Finding("pattern_changed", place, f"{name} is {after}" + ("" if before is None else f", it was {before}"))
