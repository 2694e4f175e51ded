"""What a connector declares of one noun of the vendor: where its rows stand, how they are paged, read on, deleted and written.

`deletes` has no default: whoever declares a resource says how its deletes become known, or why they never do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import quote

from connectors.sdk.cursor import CursorKind, Snapshot
from connectors.sdk.deletes import Deletes
from connectors.sdk.pager import Pager
from connectors.sdk.paths import at, put
from connectors.sdk.request import Request
from connectors.sdk.values import Change, Record

_PLACEHOLDER: Final = re.compile(r"\{(\+?)(\w+)\}")


@dataclass(frozen=True)
class Write:
    """How rows are written, each way as `POST /contacts`; `{id}` stands for the vendor's id. An empty way is refused.

    `wrap` is where the values stand in the body (empty: they are the body). `key_header` takes the key of the change, if the vendor has one.
    """

    create: str = ""
    update: str = ""
    delete: str = ""
    wrap: str = ""
    key_header: str = ""
    form: bool = False

    def request(self, change: Change) -> Request | None:
        """Return the request that makes a change at the vendor, None where the vendor offers no way."""
        way: str = getattr(self, change.action)
        if not way:
            return None
        method, _, url = way.partition(" ")
        target = Request(method, filled(url, {"id": change.id}), key=change.key, key_header=self.key_header)
        return target if change.action == "delete" else self._filled(target, change.values)

    def _filled(self, target: Request, values: Mapping[str, Any]) -> Request:
        if self.form:
            return replace(target, form=bracketed(values))
        if not self.wrap:
            return target.with_json(values)
        body: dict[str, Any] = {}
        put(body, self.wrap, dict(values))
        return target.with_json(body)


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One noun. Paths are dotted (`paths`); `rows` is where the list stands, `row` where a single one stands in answers to get and write.

    `list` may be a whole Request where a GET of a path is not enough; `headers` go along with every request; `shape` makes of a
    row what field maps can read. `get` is a path with `{id}`. `find` makes the request that looks for a
    row by what is unique in a change's values: asked before a create whose answer was lost is sent again. Without `reads` rows are only
    written.
    """

    name: str
    list: str | Request
    deletes: Deletes
    pager: Pager
    rows: str = ""
    row: str = ""
    id: str = "id"
    modified: str = ""
    version: str = ""
    total: str = ""
    cursor: CursorKind = field(default_factory=Snapshot)
    get: str = ""
    write: Write | Callable[[Change], Request | None] | None = None
    find: Callable[[Change], Request] | None = None
    reads: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)
    shape: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
    scope: str = ""

    @property
    def request(self) -> Request:
        """The request that lists."""
        return self.headed(self.list if isinstance(self.list, Request) else Request("GET", self.list, scope=self.scope))

    def headed(self, request: Request) -> Request:
        """Return a request with the headers of the resource."""
        return replace(request, headers={**self.headers, **request.headers})

    def placed(self, known: Mapping[str, str]) -> Resource:
        """Return the resource with the placeholders of its paths and headers filled in, all but `{id}`, whatever else is called so."""
        known = {name: value for name, value in known.items() if name != "id"}
        if isinstance(self.list, Request):
            listed: str | Request = replace(self.list, url=filled(self.list.url, known))
        else:
            listed = filled(self.list, known)
        write = self.write
        if isinstance(write, Write):
            write = replace(write, create=filled(write.create, known), update=filled(write.update, known), delete=filled(write.delete, known))
        headers = {name: _PLACEHOLDER.sub(lambda found: known.get(found[2], found[0]), value) for name, value in self.headers.items()}
        return replace(self, list=listed, get=filled(self.get, known), write=write, headers=headers)

    def record(self, values: Any) -> Record:
        """Return one row as a record; one without an id, or that is no object, carries its problem."""
        if not isinstance(values, Mapping):
            return Record("", {"value": values}, problem="The row is no object.")
        identity = at(values, self.id)
        if identity is None or identity == "" or isinstance(identity, dict | list):
            return Record("", values, problem=f"The row has no id at {self.id}.")
        values = self.shape(values) if self.shape else values
        modified = _text(at(values, self.modified)) if self.modified else ""
        return Record(str(identity), values, _text(at(values, self.version)) if self.version else modified, modified)

    def to_write(self, change: Change) -> Request | None:
        """Return the request that makes a change at the vendor, None where there is no way."""
        if self.write is None:
            return None
        request = self.write.request(change) if isinstance(self.write, Write) else self.write(change)
        return request and self.headed(request)


def filled(path: str, known: Mapping[str, str]) -> str:
    """Return a path with the placeholders that are known filled in: `{id}` as one segment, `{+id}` with its slashes (RFC 6570)."""
    return _PLACEHOLDER.sub(lambda found: quote(known[found[2]], safe="/:" if found[1] else "") if found[2] in known else found[0], path)


def bracketed(values: Mapping[str, Any], inside: str = "") -> dict[str, str]:
    """Return values as fields of a form: members of objects and lists as `address[city]` and `items[0][price]`."""
    found: dict[str, str] = {}
    for name, value in values.items():
        place = f"{inside}[{name}]" if inside else name
        if isinstance(value, Mapping):
            found |= bracketed(value, place)
        elif isinstance(value, list | tuple):
            found |= bracketed({str(number): one for number, one in enumerate(value)}, place)
        elif value is not None:
            found[place] = ("false", "true")[value] if isinstance(value, bool) else str(value)
    return found


def _text(value: Any) -> str:
    return "" if value is None else str(value)
