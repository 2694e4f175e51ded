"""Errors as problem documents (RFC 9457), as plain values: the status that each class of errors has, and what its document says."""

from __future__ import annotations

from typing import Any, Final

from server.domain import errors
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
    errors.Unconditional: 428,
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
    428: "Precondition required",
    429: "Too many requests",
    431: "Headers too large",
    500: "Internal error",
    503: "Unavailable",
    507: "Out of disk space",
}


def status_of(error: JunctionError) -> int:
    """Return the HTTP status of an error, its nearest class deciding."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def members(status: int, code: str, detail: str, request_id: str, instance: str, **more: Any) -> dict[str, Any]:
    """Return a problem document."""
    return {
        "type": f"/developers/errors/{code}",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        "instance": instance,
        "code": code,
        "request_id": request_id,
        **more,
    }


def described(error: JunctionError, request_id: str, instance: str) -> dict[str, Any]:
    """Return an error as the caller may see it; a fault of ours says nothing but its request id."""
    if isinstance(error, errors.Bug):
        return members(500, "internal_error", f"Something went wrong here. Quote request {request_id} when you report it.", request_id, instance)
    more = dict(error.members)
    if error.faults:
        more["errors"] = faults_of(error)
    return members(status_of(error), error.stable_code, error.detail, request_id, instance, **more)


def faults_of(error: JunctionError) -> list[dict[str, str]]:
    """Return every broken part that an error names."""
    return [{"pointer": fault.pointer, "code": fault.code, "detail": fault.detail} for fault in error.faults]
