"""Errors as HTTP: the one place where domain errors become answers with a problem document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from server.domain import errors
from server.domain.problems import STATUS, TITLES, described, members, status_of
from server.web.calls import Answer

if TYPE_CHECKING:
    from server.domain.errors import JunctionError

__all__ = ["STATUS", "TITLES", "challenge", "document", "problem", "status_of"]


def document(status: int, code: str, detail: str, request_id: str, instance: str, **more: Any) -> Answer:
    """Return a problem document."""
    body = members(status, code, detail, request_id, instance, **more)
    return Answer(orjson.dumps(body), status, content_type="application/problem+json")


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
    body = described(error, request_id, instance)
    status = body["status"]
    found = Answer(orjson.dumps(body), status, content_type="application/problem+json")
    if isinstance(error, errors.Bug):
        return found
    if error.retry_after is not None:
        found.headers["Retry-After"] = str(error.retry_after)
    if status == STATUS[errors.Unauthenticated]:
        found.headers["WWW-Authenticate"] = challenge(error)
    if isinstance(error, errors.Denied) and "scope" in error.members:
        found.headers["WWW-Authenticate"] = challenge(error)
    if isinstance(error, errors.Stale) and "current" in error.members:
        found.headers["ETag"] = f'"{error.members["current"]}"'
    if isinstance(error, errors.Unsatisfiable) and "size" in error.members:
        found.headers["Content-Range"] = f"bytes */{error.members['size']}"
    return found
