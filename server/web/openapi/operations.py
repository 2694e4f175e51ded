"""One operation: its name, who may call it, its parameters, body and answers."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from server.domain.blanks import UNBLANK
from server.domain.media_types import OCTETS
from server.web.bodies import ANY_TYPE
from server.web.openapi.examples import names_of
from server.web.openapi.responses import responses
from server.web.routes import Runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.web.openapi.schemas import Schemas
    from server.web.routes import Parameter, Route

_NAME: Final = re.compile(r"{(\w+)}")
# What the names in paths stand for: schema, description, example. Any other name is an id.
PATH_NAMES: Final[dict[str, tuple[dict[str, Any], str, str | int]]] = {
    "system": (
        {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[A-Za-z0-9_.-]+$"},
        "The other system, by a name of your choice.",
        "shop",
    ),
    "external_id": ({"type": "string", "minLength": 1, "maxLength": 200, "pattern": UNBLANK}, "What the other system calls the record.", "4711"),
    "code": ({"type": "string"}, "A stable error code.", "not_found"),
    "name": ({"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,49}$"}, "A name.", "gold"),
    "type": ({"type": "string"}, "The name of an object type.", "vehicle"),
    "number": ({"type": "integer", "minimum": 1, "maximum": 10_000}, "The number of a part, from 1.", 1),
    "resource": ({"type": "string"}, "The plural of a resource.", "contacts"),
}
# These two have no example: one version, or one key, fits one request of all that a reader tries.
_IF_MATCH: Final = {
    "name": "If-Match",
    "in": "header",
    "description": 'The ETag that was read, such as `"7"`; when somebody changed the record since, nothing is done and the answer is 412.',
    "schema": {"type": "string", "pattern": '^(\\*|"[0-9]{1,18}")$'},
}
_IF_MATCH_OF_BODY: Final = _IF_MATCH | {"schema": {"type": "string", "pattern": '^(\\*|"[0-9a-f-]{1,40}")$'}}
_IF_NONE_MATCH: Final = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The ETag of what the caller has; when it is current the answer is 304 without a body.",
    "schema": {"type": "string"},
    "example": '"7"',
}
_PREFER: Final = {
    "name": "Prefer",
    "in": "header",
    "description": "`respond-async` has it done by a job (RFC 7240), `return=minimal` leaves out what was written.",
    "schema": {"type": "string"},
    "example": "respond-async",
}
_IDEMPOTENCY_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Makes the request safe to repeat for 24 hours: the first answer is given again, byte for byte. A UUID will do.",
    "schema": {"type": "string", "pattern": '^("[ !#-~]{1,255}"|[!#-~]([ -~]{0,253}[!#-~])?)$'},
}

_MERGING: Final = (
    " A part is merged into what is there (RFC 7396); to create it takes all that is required, else the answer is 422 with `incomplete_record`."
)


def operation(route: Route, schemas: Schemas) -> dict[str, Any]:
    """Return the operation of a route."""
    found: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "description": _description(route),
        "tags": [route.tag],
        "security": [] if route.access == "anyone" else [{"bearer": []}, {"apiKey": []}],
    }
    if route.ending is not None:
        found["deprecated"] = True
    if parameters := _parameters(route):
        found["parameters"] = parameters
    if body := _body(route, schemas):
        found["requestBody"] = body
    return found | {"responses": responses(route, schemas)} | ({"x-scope": route.scope} if route.scope else {})


def _description(route: Route) -> str:
    said = {
        "anyone": "Open to anyone.",
        "operator": "For operators of the appliance.",
        "signed_in": "For whoever is signed in.",
        "tenant": f"Needs the scope `{route.scope}`." if route.scope else "Needs any key of the tenant.",
    }
    ending = route.ending
    instead = f" Use {ending.successor} instead." if ending is not None and ending.successor else ""
    leaving = f" Deprecated since {ending.deprecated}, served until {ending.sunset}.{instead}" if ending is not None else ""
    return f"{route.summary}.{_MERGING if route.merges else ''} {said[route.access]}{leaving}"


def _parameters(route: Route) -> list[dict[str, Any]]:
    found = [_path_parameter(found[1], route.path[: found.start()]) for found in _NAME.finditer(route.path)]
    found += [_query_parameter(parameter) for parameter in route.query]
    if route.takes_version or route.compares:
        found.append(_IF_MATCH if route.takes_version else _IF_MATCH_OF_BODY)
    if route.conditional or HTTPStatus.NOT_MODIFIED in route.also:
        found.append(_IF_NONE_MATCH)
    if route.later is not None:
        found.append(_PREFER)
    if route.idempotent:
        found.append(_IDEMPOTENCY_KEY)
    return found


def _path_parameter(name: str, before: str) -> dict[str, Any]:
    an_id = ({"type": "string", "minLength": 1, "maxLength": 100}, "An id.", names_of(before)["id"])
    schema, description, example = PATH_NAMES.get(name, an_id)
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema, "example": example}


def _query_parameter(parameter: Parameter) -> dict[str, Any]:
    found: dict[str, Any] = {"name": parameter.name, "in": "query", "description": parameter.description, "schema": dict(parameter.schema)}
    if parameter.required:
        found["required"] = True
    if parameter.schema.get("type") == "object":
        found |= {"style": "deepObject", "explode": True}
    elif parameter.schema.get("type") == "array":
        found |= {"style": "form", "explode": False}
    return found


def _body(route: Route, schemas: Schemas) -> dict[str, Any] | None:
    if route.method not in {"POST", "PUT", "PATCH"}:
        return None
    if route.body is None and route.document is None:
        if route.media_types == ("application/json",):
            return None
        return {"required": True, "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in _named(route.media_types)}}
    content = schemas.body(route)
    if route.runs is Runs.UPLOAD:
        # A file may also come by itself, with the rest in the query.
        file = {"schema": {"type": "string", "format": "binary"}}
        return {"required": True, "content": {kind: content if kind == "multipart/form-data" else file for kind in _named(route.media_types)}}
    return {"required": not route.body_optional, "content": dict.fromkeys(route.media_types, content)}


def _named(media_types: Sequence[str]) -> list[str]:
    """Return media types with one that has a name where any would do: clients that are generated send what they find, and no name is none."""
    return [each for kind in media_types for each in ((OCTETS, kind) if kind == ANY_TYPE else (kind,))]
