"""Reads an OpenAPI 3 description for what a connector is made of: the collections, how they are paged and written, and who may call.

What it finds is a draft: names are guessed as people use them, and a person reads the vendor's words before anybody relies on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

OFFSETS: Final = ("offset", "skip", "start")
SIZES: Final = ("limit", "per_page", "page_size", "pageSize", "count", "size", "max_results", "maxResults")
TOKENS: Final = {
    "cursor": ("next_cursor", "nextCursor", "cursor", "meta.next_cursor", "paging.next"),
    "page_token": ("next_page_token",),
    "pageToken": ("nextPageToken",),
    "next_token": ("next_token",),
    "after": ("paging.next.after", "after", "next_cursor", "meta.after"),
}
KEYSETS: Final = ("starting_after", "after_id", "since_id", "id_greater")
PAGES: Final = ("page", "page_number", "pageNumber")
PAGE_COUNTS: Final = ("total_pages", "totalPages", "pages", "last_page", "meta.total_pages", "meta.last_page", "pagination.pageCount")
ROW_COUNTS: Final = ("total", "total_count", "totalCount", "total_items", "meta.total", "pagination.total")
NEXT_URLS: Final = ("next", "next_url", "next_page", "links.next", "_links.next.href", "paging.next", "meta.next")
SINCES: Final = ("updated_since", "modified_since", "updated_after", "modified_after", "updated_at_min", "since_last_changed", "since")
MODIFIED: Final = ("updated_at", "updatedAt", "modified_at", "modifiedAt", "last_modified", "date_modified", "last_changed", "updated", "modified")
WHOAMI: Final = ("me", "account", "profile", "whoami", "self", "ping", "user", "status", "info")
ROWS: Final = ("data", "items", "results", "records", "value", "list")
MOST_DEPTH: Final = 12


class DescriptionError(ValueError):
    """The file is no description that a connector can be drafted from."""


@dataclass(frozen=True)
class Collection:
    """A listing that was found, as members of a declared resource; `schema` is that of one row."""

    name: str
    path: str
    schema: Mapping[str, Any]
    members: Mapping[str, Any]
    writes: tuple[str, ...]
    used: tuple[str, ...] = field(default=())


class Description:
    """One OpenAPI document."""

    def __init__(self, document: Any) -> None:
        """Take the document. Raises DescriptionError for what is none."""
        known = isinstance(document, Mapping) and str(document.get("openapi", "")).startswith("3.")
        if not known or not isinstance(document.get("paths"), Mapping):
            raise DescriptionError("This is no OpenAPI 3 document; convert older ones first.")
        self.document: Mapping[str, Any] = document

    @property
    def title(self) -> str:
        """What the vendor calls its API."""
        return str(self.document.get("info", {}).get("title", "")).strip() or "New vendor"

    @property
    def address(self) -> str:
        """The first server's address; nothing where none is named that could be called by https."""
        servers = self.document.get("servers") or [{}]
        found = str(servers[0].get("url", ""))
        for name, variable in servers[0].get("variables", {}).items():
            found = found.replace(f"{{{name}}}", str(variable.get("default", "")))
        return found.rstrip("/") if found.startswith("https://") and "{" not in found else ""

    @property
    def documentation(self) -> str:
        """Where the vendor explains its API."""
        return str(
            self.document.get("externalDocs", {}).get("url")
            or self.document.get("info", {}).get("contact", {}).get("url")
            or self.address
            or "https://"
        )

    @property
    def schemes(self) -> Mapping[str, Mapping[str, Any]]:
        """The ways to authenticate."""
        found = self.document.get("components", {}).get("securitySchemes", {})
        return {name: self.resolved(one) for name, one in found.items()}

    def resolved(self, schema: Any, depth: int = 0) -> Mapping[str, Any]:
        """Return a schema with its own reference followed, and the parts of an allOf put together."""
        if not isinstance(schema, Mapping) or depth > MOST_DEPTH:
            return {}
        if "$ref" in schema:
            found: Any = self.document
            for part in str(schema["$ref"]).removeprefix("#/").split("/"):
                found = found.get(part.replace("~1", "/").replace("~0", "~"), {}) if isinstance(found, Mapping) else {}
            return self.resolved(found, depth + 1)
        merged = dict(schema)
        for part in schema.get("allOf", ()):
            other = self.resolved(part, depth + 1)
            merged["properties"] = {**merged.get("properties", {}), **other.get("properties", {})}
            merged["required"] = [*merged.get("required", ()), *other.get("required", ())]
            merged.setdefault("type", other.get("type", "object"))
        return merged

    def operation(self, path: str, verb: str) -> Mapping[str, Any] | None:
        """Return one operation, None where there is none."""
        item = self.document["paths"].get(path, {})
        return item.get(verb) if isinstance(item.get(verb), Mapping) else None

    def parameters(self, path: str) -> dict[str, Mapping[str, Any]]:
        """Return the query parameters of a listing by name."""
        item = self.document["paths"][path]
        every = [self.resolved(one) for one in (*item.get("parameters", ()), *item["get"].get("parameters", ()))]
        return {str(one["name"]): one for one in every if one.get("in") == "query"}

    def answer(self, operation: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the schema of the answer when it is a success."""
        for status in ("200", "201", "2XX", "default"):
            if status in operation.get("responses", {}):
                content = self.resolved(operation["responses"][status]).get("content", {})
                return self.resolved(json_of(content).get("schema"))
        return {}

    def properties(self, schema: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
        """Return the members of an object."""
        return {name: self.resolved(one) for name, one in schema.get("properties", {}).items()}

    def has(self, schema: Mapping[str, Any], path: str) -> bool:
        """Tell whether a dotted path is described."""
        for part in path.split("."):
            found = self.properties(schema)
            if part not in found:
                return False
            schema = found[part]
        return True

    def first(self, schema: Mapping[str, Any], paths: Sequence[str]) -> str:
        """Return the first of these paths that is described, else nothing."""
        return next((path for path in paths if self.has(schema, path)), "")

    def collections(self) -> Iterator[Collection]:
        """Yield every listing."""
        for path in self.document["paths"]:
            operation = self.operation(path, "get")
            if operation and "{" not in path and not self.needs(path):
                found = self._rows(path, self.answer(operation))
                if found and self._identity(path, found[1]):
                    yield self._collection(path, *found)

    def needs(self, path: str) -> list[str]:
        """Return the parameters without which a listing cannot be called."""
        item = self.document["paths"][path]
        every = [self.resolved(one) for one in (*item.get("parameters", ()), *item["get"].get("parameters", ()))]
        return [str(one["name"]) for one in every if one.get("required")]

    def _rows(self, path: str, answer: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]] | None:
        """Return where the list of objects stands in an answer, and the schema of one."""
        if answer.get("type") == "array":
            item = self.resolved(answer.get("items"))
            return ("", item) if item.get("properties") else None
        lists = {name: self.resolved(one.get("items")) for name, one in self.properties(answer).items() if one.get("type") == "array"}
        lists = {name: item for name, item in lists.items() if item.get("properties")}
        wanted = [name for name in (path.rsplit("/", 1)[-1], *ROWS, *lists) if name in lists]
        return (wanted[0], lists[wanted[0]]) if wanted else None

    def _collection(self, path: str, rows: str, item: Mapping[str, Any]) -> Collection:
        answer = self.answer(self.document["paths"][path]["get"])
        identity = self._identity(path, item)
        members: dict[str, Any] = {"list": path, "rows": rows, "id": identity, "modified": self.first(item, MODIFIED)}
        members |= {"total": self.first(answer, ROW_COUNTS), "pager": self.pager(path, answer), "cursor": self.cursor(path)}
        single = next((one for one in self.document["paths"] if re.fullmatch(re.escape(path) + r"/\{[^/]+\}", one)), "")
        members |= self._single(single)
        write = self._write(path, single)
        writes = tuple(way for way in ("create", "update", "delete") if way in write)
        members["write"] = write if writes else {}
        name = re.sub(r"\W+", "_", path.strip("/").rsplit("/", 1)[-1]).lower()
        return Collection(name, path, item, {key: value for key, value in members.items() if value}, writes, (path, single))

    def _identity(self, path: str, item: Mapping[str, Any]) -> str:
        noun = path.rsplit("/", 1)[-1].removesuffix("s")
        ending = [name for name in self.properties(item) if name.lower().endswith("id")]
        return self.first(item, ("id", "uuid", f"{noun}_id", "key", *ending))

    def _single(self, path: str) -> dict[str, str]:
        operation = self.operation(path, "get") if path else None
        if operation is None:
            return {}
        inner = self.properties(self.answer(operation))
        wrapped = [name for name, one in inner.items() if one.get("properties")] if len(inner) == 1 else []
        return {"get": re.sub(r"\{[^/]+\}$", "{id}", path), "row": wrapped[0] if wrapped else ""}

    def _write(self, path: str, single: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        create = self.operation(path, "post")
        if create:
            kinds = self.resolved(create.get("requestBody")).get("content", {})
            found = {"create": f"POST {path}", "wrap": self._wrap(create), "form": bool(kinds) and not json_of(kinds)}
        for verb, way in (("put", "update"), ("patch", "update"), ("delete", "delete")):
            if single and self.operation(single, verb):
                found[way] = f"{verb.upper()} {re.sub(r'{[^/]+}$', '{id}', single)}"
        return {name: value for name, value in found.items() if value}

    def _wrap(self, operation: Mapping[str, Any]) -> str:
        """Return the only member of a body that is an object itself."""
        body = self.resolved(json_of(self.resolved(operation.get("requestBody")).get("content", {})).get("schema"))
        inner = self.properties(body)
        return next((name for name, one in inner.items() if one.get("properties")), "") if len(inner) == 1 else ""

    def pager(self, path: str, answer: Mapping[str, Any]) -> dict[str, Any]:
        """Return how a listing is paged, by the names of its parameters and of what its answer holds."""
        asked = self.parameters(path)
        size = next((name for name in SIZES if name in asked), "")
        sized = {"size": largest(asked[size])} if size else {}
        for param, tokens in TOKENS.items():
            token = self.first(answer, tokens) if param in asked else ""
            if token:
                return {"kind": "token", "token": token, "param": param, **sized, "size_param": size}
        for param in KEYSETS:
            if param in asked and size:
                more = self.first(answer, ("has_more", "hasMore"))
                return {"kind": "keyset", "param": param, **sized, "size_param": size, "more": more}
        for param in OFFSETS:
            if param in asked and size:
                return {"kind": "offset", **sized, "offset_param": param, "size_param": size}
        pages, total = self.first(answer, PAGE_COUNTS), self.first(answer, ROW_COUNTS)
        for param in PAGES:
            if param in asked and size and (pages or total):
                return {"kind": "page_number", **({"pages": pages} if pages else {"total": total}), **sized, "page_param": param, "size_param": size}
        following = self.first(answer, NEXT_URLS)
        return {"kind": "next_url", "next": following, **({**sized, "size_param": size} if size else {})} if following else {"kind": "whole"}

    def cursor(self, path: str) -> dict[str, Any]:
        """Return how only what is new is asked for; nothing where everything is listed."""
        param = next((name for name in SINCES if name in self.parameters(path)), "")
        return {"kind": "modified_since", "param": param} if param else {}

    def probe(self) -> tuple[str, str]:
        """Return a cheap call that tells who we are, and where the id stands in its answer; nothing where none is known."""
        for name in WHOAMI:
            for path in self.document["paths"]:
                operation = self.operation(path, "get")
                if operation and "{" not in path and not self.needs(path) and path.rsplit("/", 1)[-1].lower() == name:
                    answer = self.answer(operation)
                    inner = next((f"{one}.id" for one, schema in self.properties(answer).items() if "id" in schema.get("properties", {})), "")
                    return path, self.first(answer, ("id", "account_id", "uuid")) or inner
        return "", ""


def json_of(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what stands under the JSON media type."""
    return next((one for name, one in content.items() if "json" in name), {})


def largest(parameter: Mapping[str, Any]) -> int:
    """Return the largest size of a page that is described, at most 1000."""
    return int(min(parameter.get("schema", {}).get("maximum", 100), 1000))
