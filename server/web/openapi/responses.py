"""What comes back: headers of every answer, the problem document, and the refusals that operations share."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from server.web.problems import TITLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.web.openapi.schemas import Schemas
    from server.web.routes import Route

_TEXT: Final = {"type": "string"}
_NUMBER: Final = {"type": "integer", "minimum": 0}
_VERSIONED: Final = "/api/v1/"

HEADERS: Final[dict[str, Any]] = {
    name: {"description": description, "schema": schema, "example": example}
    for name, description, schema, example in (
        ("X-Request-Id", "Names this request in the log; the caller's own when it sent one.", _TEXT, "req_06gvmp1q1lojh2a0pd5lcpa4ss"),
        ("RateLimit-Policy", "The limits that hold, as the IETF draft writes them.", _TEXT, '"second";q=100;w=1'),
        ("RateLimit", "What is left of the closest limit, and the seconds until it is full again.", _TEXT, '"second";r=99;t=1'),
        ("X-RateLimit-Limit", "Requests of the closest limit.", _NUMBER, 100),
        ("X-RateLimit-Remaining", "What is left of it.", _NUMBER, 99),
        ("X-RateLimit-Reset", "Seconds until it is full again.", _NUMBER, 1),
        ("ETag", "The version of the record, for If-Match and If-None-Match.", _TEXT, '"7"'),
        ("Location", "Where what was made can be read.", _TEXT, "/api/v1/contacts/con_06gvmp1q1lojh2a0pd5lcpa4ss"),
        ("Preference-Applied", "What was honoured of Prefer (RFC 7240).", _TEXT, "respond-async"),
        ("Link", "The address of the next page, rel=next.", _TEXT, '</api/v1/contacts?cursor=AbC>; rel="next"'),
        ("Idempotency-Replayed", "true when this is the answer to an earlier request with the same Idempotency-Key.", _TEXT, "true"),
        ("Retry-After", "Seconds to wait before trying again.", _NUMBER, 1),
        ("Content-Range", "Which bytes these are, and of how many.", _TEXT, "bytes 0-99/1234"),
        ("WWW-Authenticate", "How to present a credential.", _TEXT, 'Bearer realm="junction"'),
    )
}
_ALWAYS: Final = ("X-Request-Id", "RateLimit-Policy", "RateLimit", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
_SPECIAL: Final = {
    401: ("WWW-Authenticate",),
    412: ("ETag",),
    416: ("Content-Range",),
    429: ("Retry-After",),
    503: ("Retry-After",),
    507: ("Retry-After",),
}

PROBLEM: Final = {
    "type": "object",
    "description": "Why a request was refused (RFC 9457).",
    "required": ["type", "title", "status", "detail", "instance", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "An address that explains the code."},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What is wrong, in a sentence."},
        "instance": {"type": "string", "description": "The path of the request."},
        "code": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$", "description": "Stable: programs may go by it."},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "Every broken part of the request.",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "A JSON pointer (RFC 6901) into the body, or the name of a parameter."},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
_EXAMPLES: Final = {
    400: ("invalid_request", "The request is malformed."),
    401: ("unauthenticated", "A valid credential is needed."),
    403: ("insufficient_scope", "This credential lacks the scope 'contacts:write'."),
    404: ("not_found", "There is no such thing here."),
    409: ("conflict", "The request does not fit the present state."),
    410: ("version_retired", "Version 2026-08-01 was served until 2028-06-01; use 2026-11-01."),
    412: ("stale_version", "The version named by If-Match is not the current one."),
    413: ("body_too_large", "The body may have at most 2097152 bytes."),
    415: ("unsupported_media_type", "Send the body as application/json in UTF-8."),
    416: ("range_not_satisfiable", "There are 1234 bytes, and none of them is in this range."),
    422: ("validation_failed", "The content of the request breaks a rule."),
    428: ("precondition_required", "Here nothing is changed without If-Match."),
    429: ("rate_limited", "The limit of 100 requests is used up; go on in 1 s."),
    500: ("internal_error", "Something went wrong here."),
    503: ("try_later", "This cannot be done right now; try again later."),
    507: ("disk_full", "The disk is nearly full, so nothing new is accepted until space is freed."),
}


def _name(status: int) -> str:
    return "".join(word.capitalize() for word in TITLES[status].split())


def problem_responses() -> dict[str, Any]:
    """Return the refusals that operations refer to, by name."""
    return {_name(status): _problem_response(status) for status in _EXAMPLES}


def _problem_response(status: int) -> dict[str, Any]:
    code, detail = _EXAMPLES[status]
    example = {
        "type": f"/developers/errors/{code}",
        "title": TITLES[status],
        "status": status,
        "detail": detail,
        "instance": "/api/v1/contacts",
        "code": code,
        "request_id": "req_06gvmp1q1lojh2a0pd5lcpa4ss",
    }
    return {
        "description": f"{TITLES[status]}.",
        "headers": _headers("X-Request-Id", *_SPECIAL.get(status, ())),
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}},
    }


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def responses(route: Route, schemas: Schemas) -> dict[str, Any]:
    """Return every answer of an operation by its status."""
    found: dict[str, Any] = {str(status): {"$ref": f"#/components/responses/{_name(status)}"} for status in sorted(set(_refusals(route)))}
    found[str(route.status)] = _success(route, schemas, route.status)
    for status, description in route.also.items():
        if status != HTTPStatus.NOT_MODIFIED:
            found[str(status)] = _further(route, schemas, status, description)
    if route.later is not None:
        found["202"] = _accepted(route, schemas)
    if route.conditional or HTTPStatus.NOT_MODIFIED in route.also:
        found["304"] = {"description": "What the caller has, named by If-None-Match, is current.", "headers": _headers("ETag", "X-Request-Id")}
    return dict(sorted(found.items()))


def _further(route: Route, schemas: Schemas, status: int, description: str) -> dict[str, Any]:
    """Return an answer of `also`; what refuses in words of its own may also be refused as everything is."""
    found = {**_success(route, schemas, status), "description": description}
    if status in _EXAMPLES:
        found["content"] = {**found["content"], **_problem_response(status)["content"]}
    return found


def _accepted(route: Route, schemas: Schemas) -> dict[str, Any]:
    names = (*_ALWAYS, "Location", "Preference-Applied", *(["Idempotency-Replayed"] if route.idempotent else []))
    return {
        "description": "With `Prefer: respond-async`, and where it would take long: the job at Location does it.",
        "headers": _headers(*names),
        "content": {"application/json": schemas.later(route)},
    }


def _success(route: Route, schemas: Schemas, status: int) -> dict[str, Any]:
    names = [*_ALWAYS]
    if route.conditional or (route.answer is not None and route.method in {"PATCH", "PUT"}):
        names.append("ETag")
    if status in {201, 202}:
        names.append("Location")
    if route.listed:
        names.append("Link")
    if route.idempotent:
        names.append("Idempotency-Replayed")
    found: dict[str, Any] = {"description": f"{route.summary}: done.", "headers": _headers(*names)}
    if status != 204:
        kind, *others = route.produces.split(", ")
        content = schemas.content(route, route.also_answers.get(status, route.answer))
        # The example is in the first of several media types.
        found["content"] = {kind: content} | {other: {"schema": content["schema"] if other.endswith("json") else _TEXT} for other in others}
    return found


def _refusals(route: Route) -> Iterator[int]:
    # A credential that does not hold is refused even where none is needed.
    yield from (400, 401, 429, 500, 503)
    if route.access != "anyone" or route.protocol == "signed":
        yield 403
    if "{" in route.path or route.access != "anyone":
        yield 404
    if route.method != "GET":
        yield 409
    if not route.reads:
        yield 507
    if route.body is not None or route.document is not None or route.media_types != ("application/json",):
        yield from (413, 415, 422)
    if route.idempotent:
        yield 422
    if route.takes_version or route.compares:
        yield from (412, 428) if route.changes_one else (412,)
    if 206 in route.also:
        yield 416
    if route.path.startswith(_VERSIONED):
        yield 410
    yield from route.refuses
