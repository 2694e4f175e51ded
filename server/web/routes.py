"""What a route is: one typed row that drives routing, validation, authorisation, limits and the OpenAPI document.

    Route("GET", "/api/v1/contacts/{id}", handlers.get, "get_contact", scope="contacts:read", runs=Runs.POINT)

A path is literal segments and `{names}`. A literal segment wins over a name, so `/contacts/duplicates` is not a contact.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pydantic import BaseModel

    from server.domain.versions import Retirement

    Handler = Callable[..., Any]

MERGE_PATCH: Final = ("application/json", "application/merge-patch+json")
FORM: Final = ("application/x-www-form-urlencoded",)
Access = Literal["tenant", "operator", "signed_in", "anyone"]
Protocol = Literal["native", "oauth", "hooks", "signed", "suitecrm_v4_1", "suitecrm_v8", "suitecrm_tokens"]


class Runs(Enum):
    """Where a handler runs. Only `POINT`, a plain `PAGE` and `WRITE` may run on the event loop, and only on SQLite, so they must be brief."""

    POINT = "one indexed look-up"
    PAGE = "a page: by an index like POINT, or like READ once something is filtered, sorted or expanded"
    READ = "a query that may take long, in a thread"
    WRITE = "a brief transaction, committed in a group with others"
    WORK = "long or slow work in a thread; opens its own transactions"
    UPLOAD = "work in a thread on a file that is received first"
    STREAM = "an asynchronous handler that reads or writes a stream"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter of a route; `many` marks a family such as `filter[...]`."""

    name: str
    schema: Mapping[str, Any]
    description: str
    required: bool = False

    def refusal(self, value: str) -> str | None:
        """Return what is wrong with a value for what the schema says of texts, None when nothing is; the rest is the handler's to read."""
        choices, longest = self.schema.get("enum"), self.schema.get("maxLength")
        if choices is not None and value not in choices:
            return f"'{self.name}' has to be one of {', '.join(choices)}."
        return f"'{self.name}' has at most {longest} characters." if longest is not None and len(value) > longest else None


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of the API. `body` is validated and handed over; `document` only describes a body that the service validates.

    A query parameter that is not in `query` is refused, unless `any_query`: for addresses that others give out. `produces` names
    its media types; `also` holds further statuses that are no refusals, or refuse in words of their own, and what they say, and
    `also_answers` the models of those that differ from `answer`; `refuses` holds refusals that no rule gives it. `takes_version`
    tells that the handler honours If-Match by itself, `compares` that the table has it compared with what reading the same address
    answers. One that is `priced` charges the caller for what is asked. `later` is the model of the job that `Prefer: respond-async`
    makes of it. A route of another `protocol` than the native one proves who calls by that protocol's rules, counts callers by
    itself, and refuses in its words. `ending` says that the operation is deprecated, and when it goes. A `raw` body is handed over
    as the bytes that came. One that `merges` may be given a part of what it changes, as any PATCH. One that goes on `when_full`,
    while the disk is nearly full, lets in who wants to read, or asks `call.need_room` by itself before it writes. An answer that
    `shows_secrets` is kept nowhere: not for an Idempotency-Key, not in the request log, not by the client.
    """

    method: str
    path: str
    handler: Handler
    name: str
    summary: str
    tag: str
    runs: Runs = Runs.READ
    access: Access = "tenant"
    scope: str | None = None
    body: type[BaseModel] | None = None
    document: type[BaseModel] | None = None
    body_optional: bool = False
    media_types: tuple[str, ...] = ("application/json",)
    answer: Any = None
    listed: bool = False
    status: int = 200
    query: tuple[Parameter, ...] = ()
    example: Any = None
    described: bool = True
    any_query: bool = False
    produces: str = "application/json"
    also: Mapping[int, str] = field(default_factory=dict)
    also_answers: Mapping[int, Any] = field(default_factory=dict)
    refuses: tuple[int, ...] = ()
    takes_version: bool = False
    compares: bool = False
    later: Any = None
    protocol: Protocol = "native"
    ending: Retirement | None = None
    raw: bool = False
    priced: bool = False
    merges: bool = False
    when_full: bool = False
    shows_secrets: bool = False

    @property
    def reads(self) -> bool:
        """Whether it only reads, by whatever method it is asked for."""
        return self.method == "GET" or self.runs is Runs.READ or (self.scope or "").endswith(":read")

    @property
    def partial(self) -> bool:
        """Whether its `document` may be a part of what is there."""
        return self.document is not None and (self.merges or self.method == "PATCH")

    @property
    def idempotent(self) -> bool:
        """Whether an Idempotency-Key is honoured."""
        kept = self.runs is not Runs.STREAM and not self.shows_secrets
        return self.method in {"POST", "PATCH"} and kept and self.protocol == "native"

    @property
    def changes_one(self) -> bool:
        """Whether it changes a single record that a client can have read before; a tenant may want the version named."""
        return self.takes_version and self.access == "tenant" and self.method != "POST" and "{id}" in self.path

    @property
    def conditional(self) -> bool:
        """Whether its answers carry an ETag that If-None-Match is compared with."""
        return self.method == "GET" and not self.listed and self.access != "anyone" and self.answer is not None


@dataclass(frozen=True, slots=True)
class Group:
    """Routes under one address with one tag; reading needs `<scope>:read`, anything else `<scope>:write`.

    A route is named after its handler, reads in a thread and writes in a group commit, unless it says otherwise.
    """

    base: str
    tag: str
    scope: str | None = None
    access: Access = "tenant"

    def get(self, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
        """Return a route that reads."""
        return self._route("GET", path, handler, summary, {"runs": Runs.READ, **rest})

    def post(self, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
        """Return a route that makes something, or does something."""
        return self._route("POST", path, handler, summary, rest)

    def patch(self, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
        """Return a route that changes something by a merge patch (RFC 7396)."""
        return self._route("PATCH", path, handler, summary, {"media_types": MERGE_PATCH, **rest})

    def put(self, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
        """Return a route that replaces something."""
        return self._route("PUT", path, handler, summary, rest)

    def delete(self, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
        """Return a route that removes something."""
        return self._route("DELETE", path, handler, summary, {"status": 204, **rest})

    def _route(self, method: str, path: str, handler: Handler, summary: str, rest: Mapping[str, Any]) -> Route:
        scope = f"{self.scope}:{'read' if method == 'GET' else 'write'}" if self.scope else None
        options = {"runs": Runs.WRITE, "name": handler.__name__, "scope": scope, "access": self.access, **rest}
        return Route(method, self.base + path, handler, summary=summary, tag=self.tag, **options)


@dataclass(slots=True)
class _Node:
    literal: dict[str, _Node] = field(default_factory=dict)
    name: _Node | None = None
    routes: dict[str, tuple[Route, tuple[str, ...]]] = field(default_factory=dict)


_MIRROR: Final = ("admin", "v1", "tenants")
_MIRRORED: Final = 5


class RouteTable:
    """Every route, found by method and path in time that does not grow with their number."""

    def __init__(self, routes: Iterable[Route]) -> None:
        """Index the routes. Raises ValueError when two answer to the same method and path."""
        self.routes = tuple(routes)
        self._root = _Node()
        for route in self.routes:
            self._add(route)

    def _add(self, route: Route) -> None:
        node = self._root
        names: list[str] = []
        for segment in route.path.strip("/").split("/"):
            if segment.startswith("{"):
                names.append(segment[1:-1])
                node.name = node.name or _Node()
                node = node.name
            else:
                node = node.literal.setdefault(segment, _Node())
        if route.method in node.routes:
            message = f"two routes for {route.method} {route.path}"
            raise ValueError(message)
        node.routes[route.method] = (route, tuple(names))

    def find(self, path: str) -> tuple[dict[str, tuple[Route, tuple[str, ...]]], list[str]] | None:
        """Return what answers to a path, by method, and the values of its names; None when nothing does.

        `/api/<x>` without a version is `/api/v1/<x>`, and `/admin/v1/tenants/{id}/<x>` mirrors `/api/v1/<x>` with the tenant first.
        """
        segments = path.strip("/").split("/")
        # A webhook's alias without a version, and a provider that calls us, lie at the same place and differ by their names.
        if len(segments) == 3 and segments[2].startswith("whk_") and segments[:2] == ["api", "webhooks"]:
            return self._walk(["api", "v1", *segments[1:]])
        found = self._walk(segments)
        if found is not None:
            return found
        if segments[0] == "api" and len(segments) > 1 and segments[1] != "v1":
            return self._walk(["api", "v1", *segments[1:]])
        if len(segments) >= _MIRRORED and tuple(segments[:3]) == _MIRROR:
            return self._walk(["api", "v1", *segments[4:]])
        return None

    def _walk(self, segments: list[str]) -> tuple[dict[str, tuple[Route, tuple[str, ...]]], list[str]] | None:
        """Follow the segments; a literal wins over a name, for good."""
        node = self._root
        values: list[str] = []
        for segment in segments:
            following = node.literal.get(segment)
            if following is None:
                following = node.name
                if following is None or not segment:
                    return None
                values.append(segment)
            node = following
        return (node.routes, values) if node.routes else None
