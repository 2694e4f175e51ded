"""Finds the listings of a description that a connector would read, the plainest first, each as the members of a declared resource."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from connectors.sdk.drafts.descriptions import UNCHECKED, Description, is_open, json_of
from connectors.sdk.drafts.naming import bare, camel, singular, steps
from connectors.sdk.drafts.nouns import noun_of
from connectors.sdk.drafts.paging import SIZES, Paging, cursor_of

MODIFIED: Final = (
    "updated_at", "updatedAt", "modified_at", "modifiedAt", "last_modified", "lastModifiedDateTime", "date_modified", "date_updated",
    "dateModified", "UpdatedDateUTC", "last_changed", "updated", "modified", "mdate",
)  # fmt: skip
ROWS: Final = ("data", "items", "results", "records", "value", "list")
IDS: Final = ("id", "uuid", "sid", "resourceName", "key", "_id", "ID")
LAST_IDS: Final = ("ts", "slug", "code", "name")
FORM: Final = "application/x-www-form-urlencoded"
FEW: Final = 3
UNKNOWN: Final[Mapping[str, Any]] = {"type": "object", "properties": {"id": {"type": "string"}}}
"""What is taken for the schema of a row that is not described."""


@dataclass(frozen=True)
class Collection:
    """A listing that was found, as members of a declared resource; `schema` is that of one row.

    `asked` are the configuration fields that its path, query or headers need, each with its schema; `open` are questions that the
    description leaves: `rows` where no row is described, `paging` with the parameter that seems to page.
    """

    name: str
    path: str
    schema: Mapping[str, Any]
    members: Mapping[str, Any]
    writes: tuple[str, ...]
    used: tuple[str, ...] = field(default=())
    asked: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    open: Mapping[str, str] = field(default_factory=dict)


class Listings:
    """The listings of one description."""

    def __init__(self, description: Description) -> None:
        self.description = description
        paths = list(description.document["paths"])
        counted = Counter(name for path in paths for name in re.findall(r"\{([^}]+)\}", path))
        self.usual = {name for name, count in counted.items() if count * 2 >= len(paths)}
        self.singles = {bare(path).rpartition("/")[0]: path for path in reversed(paths) if re.search(r"/\{[^}]+\}$", bare(path))}

    def best(self, most: int) -> list[Collection]:
        """Return the listings that a connector is likely to be wanted for: plain paths, nouns that are known here, rows that can be written."""
        found = sorted(self.all(), key=self.weight)
        plain = [one for one in found if not self.foreign(one)]
        rest = [one for one in found if self.foreign(one) and (noun_of(one.name) or len(plain) < FEW)]
        return named(sorted([*plain, *rest], key=self.weight)[:most])

    def foreign(self, one: Collection) -> int:
        """Return how much has to be known beforehand that not every call of the vendor needs."""
        return len(set(re.findall(r"\{([^}]+)\}", one.path)) - self.usual) + ("?" in str(one.members["list"]))

    def weight(self, one: Collection) -> float:
        """Return how far a listing is from what a connector reads first."""
        known = 0 if noun_of(one.name, self.description, one.schema) else 1
        vague = 2 if "rows" in one.open else 0
        return len(steps(one.path)) + 2 * self.foreign(one) + known + vague - 0.5 * ("create" in one.writes) - 0.5 * ("get" in one.members)

    def all(self) -> Iterator[Collection]:
        """Yield every listing: what answers with rows that have an id, or has a path of its own for each."""
        for path in self.description.document["paths"]:
            operation = self.description.operation(path, "get")
            if operation and "(" not in path and self._may_list(path):
                answer = self.description.answer(operation)
                rows = self._rows(path, answer)
                if rows and self._identity(path, rows[1]):
                    yield self._collection(path, answer, rows[0], rows[1])
                elif is_open(answer) and bare(path) in self.singles:
                    yield self._collection(path, answer, "", UNKNOWN)

    def _may_list(self, path: str) -> bool:
        """Tell whether a path may name many rows: one that ends with a placeholder does where each row lies below it, and it is no row itself."""
        if not bare(path).endswith("}"):
            return True
        above = bare(path).rpartition("/")[0]
        rows = [one for one in self.description.document["paths"] if bare(one) == above and self.description.operation(one, "get")]
        return bare(path) in self.singles and not rows

    def _rows(self, path: str, answer: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]] | None:
        """Return where the list of objects stands in an answer, and the schema of one."""
        if answer.get("type") == "array":
            item = self.description.resolved(answer.get("items"))
            return ("", item) if item.get("properties") else ("", UNKNOWN) if is_open(item) and bare(path) in self.singles else None
        inner = self.description.properties(answer)
        lists = {name: self.description.resolved(one.get("items")) for name, one in inner.items() if one.get("type") == "array"}
        lists = {name: item for name, item in lists.items() if item.get("properties") or (is_open(item) and name in ROWS)}
        last = bare(path).rsplit("/", 1)[-1]
        wanted = [name for name in (last, last.replace("-", "_"), *ROWS, *lists) if name in lists]
        return (wanted[0], lists[wanted[0]] if lists[wanted[0]].get("properties") else UNKNOWN) if wanted else None

    def _identity(self, path: str, item: Mapping[str, Any]) -> str:
        noun = singular(bare(path).rsplit("/", 1)[-1])
        plain = {name for name, one in self.description.properties(item).items() if one.get("type") in ("string", "integer", "number", None)}
        ending = [name for name in plain if name.lower() in (f"{noun}id".lower(), f"{noun}_id".lower())]
        others = [name for name in self.description.properties(item) if name.lower().endswith("id")]
        return next((name for name in (*IDS, *ending, *others, *LAST_IDS) if name in plain), "")

    def _collection(self, path: str, answer: Mapping[str, Any], rows: str, item: Mapping[str, Any]) -> Collection:
        paging, single = Paging(self.description, path, answer), self.singles.get(bare(path), "")
        asked = self._asked(path)
        members: dict[str, Any] = {"list": self._placed(path, asked), "rows": rows, "id": self._identity(path, item)}
        headers = {name: f"{{{camel(name)}}}" for name, place in self._needed(path).items() if place == "header"}
        members |= {"modified": self.description.first(item, MODIFIED), "pager": paging.pager(), "headers": headers}
        members |= {"cursor": cursor_of(self.description, path), **self._single(path, single), "write": self._write(path, single)}
        writes = tuple(way for way in ("create", "update", "delete") if way in members["write"])
        vague = {"rows": path} if item is UNKNOWN else {}
        hints = {"paging": paging.hint()} if paging.hint() else {}
        kept = {name: value for name, value in members.items() if value or name == "list"}
        return Collection(steps(path)[-1], path, item, kept, writes, (path, single), asked, vague | hints)

    def _needed(self, path: str) -> dict[str, str]:
        """Return what cannot be left out of the query and the headers, with its place."""
        found = [(place, name, one) for place in ("query", "header") for name, one in self.description.parameters(path, place).items()]
        return {
            name: place
            for place, name, one in found
            if one.get("required") and name not in SIZES and (place == "query" or name.lower() not in UNCHECKED)
        }

    def _asked(self, path: str) -> dict[str, Mapping[str, Any]]:
        inside = self.description.parameters(path, "path")
        schemas = {name: self.description.resolved(inside.get(name, {}).get("schema")) for name in re.findall(r"\{([^}]+)\}", path)}
        for name, place in self._needed(path).items():
            schemas[name] = self.description.resolved(self.description.parameters(path, place)[name].get("schema"))
        return {camel(name): schema for name, schema in schemas.items()}

    def _placed(self, path: str, asked: Mapping[str, Any]) -> str:
        """Return a path with its placeholders as configuration fields, and what the query has to hold."""
        made = re.sub(r"\{([^}]+)\}", lambda one: f"{{{camel(one[1])}}}", path)
        query = [f"{name}={{{camel(name)}}}" for name, place in self._needed(path).items() if place == "query" and camel(name) in asked]
        return made + ("?" + "&".join(query) if query else "")

    def _one(self, single: str) -> str:
        """Return the path of a single row with its last placeholder as the id."""
        head, _, last = single.rpartition("{")
        return self._placed_only(head) + "{id}" + last.partition("}")[2]

    def _placed_only(self, path: str) -> str:
        return re.sub(r"\{([^}]+)\}", lambda one: f"{{{camel(one[1])}}}", path)

    def _single(self, path: str, single: str) -> dict[str, str]:
        operation = self.description.operation(single, "get") if single else None
        answering = operation or self.description.operation(path, "post") or {}
        inner = self.description.properties(self.description.answer(answering))
        noun = singular(bare(path).rsplit("/", 1)[-1]).lower()
        wrapped = [name for name, one in inner.items() if one.get("properties") and (len(inner) == 1 or (name.lower() == noun and "id" not in inner))]
        return {"get": self._one(single) if operation else "", "row": wrapped[0] if wrapped else ""}

    def _write(self, path: str, single: str) -> dict[str, Any]:
        found = self._create(path)
        for verb, way in (("post", "update"), ("put", "update"), ("patch", "update"), ("delete", "delete")):
            operation = self.description.operation(single, verb) if single else None
            if operation and (verb == "delete" or self._takes(operation, form=bool(found.get("form")))):
                found[way] = f"{verb.upper()} {self._one(single)}"
        return found

    def _create(self, path: str) -> dict[str, Any]:
        create = self.description.operation(path, "post")
        form = bool(create) and not json_of(self.description.body(create or {})) and FORM in self.description.body(create or {})
        if (
            not create
            or not self._takes(create, form=form)
            or any(one.get("required") for one in self.description.parameters(path, verb="post").values())
        ):
            return {}
        wrap = self._wrap(create)
        return {"create": f"POST {self._placed_only(path)}", **({"wrap": wrap} if wrap else {}), **({"form": True} if form else {})}

    def _takes(self, operation: Mapping[str, Any], *, form: bool) -> bool:
        """Tell whether a body takes the values of one row, in JSON or as a form."""
        content = self.description.body(operation)
        media = content.get(FORM, {}) if form else json_of(content)
        kind = self.description.resolved(media.get("schema"))
        return bool(media) and kind.get("type", "object") == "object"

    def _wrap(self, operation: Mapping[str, Any]) -> str:
        """Return the only member of a body that is an object itself."""
        body = self.description.resolved(json_of(self.description.body(operation)).get("schema"))
        inner = self.description.properties(body)
        return next((name for name, one in inner.items() if one.get("properties")), "") if len(inner) == 1 else ""


def named(found: list[Collection]) -> list[Collection]:
    """Return listings that all have a name of their own: where two have the same, the later takes the steps before it."""
    taken: set[str] = set()
    kept: list[Collection] = []
    for one in found:
        parts = steps(one.path)
        names = ["_".join(parts[-count:]) for count in range(1, len(parts) + 1)]
        name = next((name for name in names if name not in taken and name != "probe"), "")
        if name and re.match(r"[a-z]", name):
            taken.add(name)
            kept.append(replace(one, name=name))
    return kept
