"""Custom endpoints: a question over one resource, saved by a tenant and published as `GET /api/v1/custom/{name}`.

Whoever calls one needs what the question itself needs. To define one takes writing of `objects` and the role admin or owner.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.domain.errors import Conflict, Fault, Invalid, Missing, Stale, Unprocessable
from server.domain.filters import PARAMETERS, parse_query
from server.domain.hints import near_miss
from server.domain.permissions import permit
from server.domain.placeholders import filled, gaps
from server.domain.questions import pairs_of
from server.services import events, object_types, pages, records
from server.services.custom_fields import Name, permit_declaring
from server.store import custom_endpoints, database
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from server.domain.actor import Actor
    from server.store.records import Document
    from server.store.tables import Row

MOST: Final = 100
MOST_PARAMETERS: Final = 20
SCOPE: Final = "objects"
_QUESTION: Final = ("filter", "sort", "fields", "expand")
Kind = Literal["text", "number", "boolean", "date", "list"]


class EndpointParameter(BaseModel):
    """A gap in the question, filled by whoever calls; `{name}` in a value of the filter."""

    # Without a default: a linter takes an example with a type and a default for a schema.
    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"examples": [{"name": "stage", "type": "text", "required": False}]}
    )

    name: Name
    type: Kind = "text"
    required: bool = False
    default: Annotated[str, StringConstraints(max_length=500)] | None = None
    description: Annotated[str, StringConstraints(max_length=500)] | None = None


class EndpointQuestion(BaseModel):
    """What an endpoint asks. A condition whose parameter is not given, and has no default, is left out."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    description: Annotated[str, StringConstraints(max_length=2000)] | None = None
    resource: Annotated[str, Field(max_length=100, description="Such as `deals`, or `objects/vehicle`.", examples=["deals"])]
    filter: dict[str, Any] = {}
    sort: str | None = None
    fields: str | None = None
    expand: str | None = None
    parameters: Annotated[list[EndpointParameter], Field(max_length=MOST_PARAMETERS)] = []


class NewCustomEndpoint(EndpointQuestion):
    """An endpoint that is published under a name."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,49}$"), Field(examples=["open-deals"])]


class CustomEndpointView(BaseModel):
    """An endpoint as it was defined, and where it is."""

    id: str
    object: Literal["custom_endpoint"]
    name: str
    url: str
    description: str | None
    resource: str
    filter: dict[str, Any]
    sort: str | None
    fields: str | None
    expand: str | None
    parameters: list[EndpointParameter]
    version: int
    created_at: str
    updated_at: str


def _text(text: str) -> str:
    return text


def _number(text: str) -> str:
    float(text)
    return text


def _boolean(text: str) -> str:
    if text not in {"true", "false"}:
        raise ValueError(text)
    return text


_READ: Final[dict[Kind, tuple[str, Callable[[str], str | list[str]], str]]] = {
    "text": ("a text", _text, "a"),
    "number": ("a number", _number, "1"),
    "boolean": ("true or false", _boolean, "true"),
    "date": ("a date such as 2026-11-20", lambda text: date.fromisoformat(text).isoformat(), "2026-11-20"),
    "list": ("values separated by commas", lambda text: text.split(","), "1"),
}
"""What a value of each type has to be, the function that reads it or raises ValueError, and a value that is one."""


def call(actor: Actor, name: str, pairs: Sequence[tuple[str, str]]) -> tuple[list[Document], str | None]:
    """Ask the question of an endpoint and return one page and the cursor of the next. Raises Missing, Invalid for a parameter that is none."""
    row = _find(actor, name)
    parameters = [EndpointParameter.model_validate(one) for one in orjson.loads(row["parameters"])]
    paging = [(key, value) for key, value in pairs if key in {"limit", "cursor"}]
    given = _given(parameters, [pair for pair in pairs if pair not in paging])
    question = orjson.loads(row["question"])
    asked = pairs_of(question | {"filter": filled(question["filter"], given)})
    return records.list_page(actor, object_types.named(actor, row["resource"]), parse_query([*asked, *paging]))


def _given(parameters: Sequence[EndpointParameter], pairs: Sequence[tuple[str, str]]) -> dict[str, str | list[str]]:
    known, faults = {one.name: one for one in parameters}, []
    given: dict[str, str | list[str]] = {}
    texts = {one.name: one.default for one in parameters if one.default is not None} | dict(pairs)
    for name, text in texts.items():
        if name not in known:
            hint = near_miss(name, [*known, "limit", "cursor"])
            faults.append(Fault(name[:100], "unknown_parameter", f"There is no parameter '{name[:100]}' here.{hint}"))
            continue
        said, read, _ = _READ[known[name].type]
        try:
            given[name] = read(text)
        except ValueError:
            faults.append(Fault(name, "invalid_parameter", f"This has to be {said}."))
    faults += [Fault(one.name, "missing", "This parameter is required.") for one in parameters if one.required and one.name not in texts]
    if faults:
        raise Invalid(faults[0].detail, code=faults[0].code if faults[0].code == "unknown_parameter" else "invalid_request", faults=faults)
    return given


def shown(row: Row) -> dict[str, Any]:
    """Return an endpoint in its wire form."""
    kept = {name: row[name] for name in ("id", "name", "description", "resource", "version")}
    found = kept | {"object": "custom_endpoint", "url": f"/api/v1/custom/{row['name']}", "parameters": orjson.loads(row["parameters"])}
    found |= {name: orjson.loads(row["question"]).get(name) for name in _QUESTION}
    return found | {name: clock.rfc3339(row[name]) for name in ("created_at", "updated_at")}


def _find(actor: Actor, name: str, version: int | None = None) -> Row:
    found = custom_endpoints.find(actor.tenant_id, actor.mode, name)
    if found is None:
        raise Missing(f"There is no custom endpoint '{name[:100]}'.")
    if version is not None and found["version"] != version:
        raise Stale(current=found["version"])
    return found


def list_page(actor: Actor, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return endpoints in the order of their names, and the cursor of the next page."""
    permit(actor, f"{SCOPE}:read")
    found, following = pages.page(
        pages.scope_of(actor, "custom_endpoints"),
        cursor,
        limit,
        lambda after, most: custom_endpoints.page(actor.tenant_id, actor.mode, after, most),
        place="name",
    )
    return [shown(row) for row in found], following


def get(actor: Actor, name: str) -> dict[str, Any]:
    """Return an endpoint. Raises Missing."""
    permit(actor, f"{SCOPE}:read")
    return shown(_find(actor, name))


def create(actor: Actor, body: NewCustomEndpoint) -> dict[str, Any]:
    """Publish a question. Raises Conflict when the name is taken, and what asking it would raise."""
    permit_declaring(actor, f"{SCOPE}:write")
    _judge(actor, body)
    now = clock.now_ms()
    row = {**_kept(body), "id": ids.new_id("cep"), "name": body.name, "version": 1, "created_at": now, "updated_at": now}
    with database.transaction():
        if custom_endpoints.find(actor.tenant_id, actor.mode, body.name):
            raise Conflict(f"There is a custom endpoint '{body.name}' already.", code="name_taken")
        if custom_endpoints.count(actor.tenant_id, actor.mode) >= MOST:
            raise Conflict(f"A tenant may have {MOST} custom endpoints.", code="too_many_custom_endpoints")
        custom_endpoints.insert(actor.tenant_id, actor.mode, row)
        events.record_audit(actor, "custom_endpoint.created", row["id"], {"name": [None, body.name]})
    return shown(row)


def replace(actor: Actor, name: str, body: EndpointQuestion, *, version: int | None = None) -> dict[str, Any]:
    """Let an endpoint ask something else. Raises Missing, Stale, and what asking it would raise."""
    permit_declaring(actor, f"{SCOPE}:write")
    with database.transaction():
        before = _find(actor, name, version)
        _judge(actor, body)
        row = {**before, **_kept(body), "version": before["version"] + 1, "updated_at": clock.now_ms()}
        if not custom_endpoints.update(actor.tenant_id, actor.mode, row, before["version"]):
            raise Stale
        changed = {key: [before[key], row[key]] for key in ("description", "resource", "question", "parameters") if before[key] != row[key]}
        events.record_audit(actor, "custom_endpoint.updated", row["id"], changed)
    return shown(row)


def remove(actor: Actor, name: str, *, version: int | None = None) -> None:
    """Take an endpoint back. Raises Missing."""
    permit_declaring(actor, f"{SCOPE}:write")
    with database.transaction():
        row = _find(actor, name, version)
        custom_endpoints.remove(actor.tenant_id, actor.mode, row["id"])
        events.record_audit(actor, "custom_endpoint.deleted", row["id"], {"name": [name, None]})


def _kept(body: EndpointQuestion) -> Row:
    question = {name: getattr(body, name) for name in _QUESTION}
    parameters = [one.model_dump() for one in body.parameters]
    return {
        "description": body.description,
        "resource": body.resource,
        "question": orjson.dumps(question).decode(),
        "parameters": orjson.dumps(parameters).decode(),
    }


def _judge(actor: Actor, body: EndpointQuestion) -> None:
    """Ask the question once with values made up, so that a broken one is refused now. Raises Unprocessable naming what is broken."""
    names = [one.name for one in body.parameters]
    faults = [
        Fault(f"/parameters/{place}/name", "repeated_name", "This name means something else here.")
        for place, name in enumerate(names)
        if name in names[:place] or name in PARAMETERS
    ]
    faults += [Fault("/filter", "unknown_parameter", f"The gap '{name}' is no parameter.") for name in gaps(body.filter) if name not in names]
    faults += [Fault("/parameters", "unused_parameter", f"Nothing asks for '{name}'.") for name in names if name not in set(gaps(body.filter))]
    if faults:
        raise Unprocessable("The parameters and the gaps of the filter do not belong together.", faults=faults)
    given = _given(body.parameters, [(one.name, _READ[one.type][2]) for one in body.parameters])
    try:
        pairs = pairs_of({name: getattr(body, name) for name in _QUESTION} | {"filter": filled(body.filter, given)})
        records.list_page(actor, object_types.named(actor, body.resource), parse_query([*pairs, ("limit", "1")]))
    except Invalid as error:
        raise Unprocessable(
            error.detail, faults=[Fault("/" + fault.pointer.removeprefix("/"), fault.code, fault.detail) for fault in error.faults]
        ) from error
