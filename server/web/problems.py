"""Errors as problem documents (RFC 9457): the one place where domain errors become HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from server.domain import errors
from server.web.calls import Answer

if TYPE_CHECKING:
    from server.domain.errors import JunctionError

STATUS: Final[dict[type[JunctionError], int]] = {
    errors.Invalid: 400,
    errors.Unprocessable: 422,
    errors.TooLarge: 413,
    errors.Unsupported: 415,
    errors.Unsatisfiable: 416,
    errors.Unauthenticated: 401,
    errors.NeedsUser: 401,
    errors.Denied: 403,
    errors.Missing: 404,
    errors.Gone: 410,
    errors.Conflict: 409,
    errors.Stale: 412,
    errors.Later: 503,
    errors.Limited: 429,
    errors.Full: 507,
    errors.Skip: 422,
    errors.Bug: 500,
}
TITLES: Final = {
    400: "Bad request",
    401: "Not authenticated",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    410: "Gone",
    412: "Precondition failed",
    413: "Body too large",
    415: "Unsupported media type",
    416: "Range not satisfiable",
    422: "Validation failed",
    429: "Too many requests",
    431: "Headers too large",
    500: "Internal error",
    503: "Unavailable",
    507: "Out of disk space",
}


def status_of(error: JunctionError) -> int:
    """Return the HTTP status of an error, its nearest class deciding."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def document(status: int, code: str, detail: str, request_id: str, instance: str, **members: Any) -> Answer:
    """Return a problem document."""
    problem = {
        "type": f"/developers/errors/{code}",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        "instance": instance,
        "code": code,
        "request_id": request_id,
        **members,
    }
    return Answer(orjson.dumps(problem), status, content_type="application/problem+json")


def challenge(error: JunctionError) -> str:
    """Return what a bearer token is asked for with (RFC 6750 section 3); no error is named when none was sent."""
    said = 'Bearer realm="junction"'
    if isinstance(error, errors.Denied):
        return f'{said}, error="insufficient_scope", scope="{error.members["scope"]}"'
    if error.stable_code == "unauthenticated":
        return said
    return f'{said}, error="{"invalid_request" if error.stable_code == "invalid_request" else "invalid_token"}"'


def problem(error: JunctionError, request_id: str, instance: str) -> Answer:
    """Return an error as the caller may see it; a fault of ours says nothing but its request id."""
    status = status_of(error)
    if isinstance(error, errors.Bug):
        return document(500, "internal_error", f"Something went wrong here. Quote request {request_id} when you report it.", request_id, instance)
    members = dict(error.members)
    if error.faults:
        members["errors"] = [{"pointer": fault.pointer, "code": fault.code, "detail": fault.detail} for fault in error.faults]
    found = document(status, error.stable_code, error.detail, request_id, instance, **members)
    if error.retry_after is not None:
        found.headers["Retry-After"] = str(error.retry_after)
    if status == STATUS[errors.Unauthenticated]:
        found.headers["WWW-Authenticate"] = challenge(error)
    if isinstance(error, errors.Denied) and "scope" in error.members:
        found.headers["WWW-Authenticate"] = challenge(error)
    if isinstance(error, errors.Stale) and "current" in error.members:
        found.headers["ETag"] = f'"{error.members["current"]}"'
    if isinstance(error, errors.Unsatisfiable):
        found.headers["Content-Range"] = f"bytes */{error.members['size']}"
    return found
