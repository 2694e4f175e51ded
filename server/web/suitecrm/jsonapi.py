"""Documents of SuiteCRM's V8 interface: JSON:API as SuiteCRM speaks it, its deviations kept where clients rely on them.

Kept: `type` is the singular object name, `errors` an object and no list, what is wrong with a request itself is always a 400.
Not kept: statuses of the door (401, 404 for an unknown address, 405, 413, 415, 429, 5xx) are the right ones, an empty list says
its number of pages too, and no error repeats a secret or shows a trace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import orjson

from server.domain import errors
from server.services.suitecrm.modules import MODULES
from server.web import problems
from server.web.calls import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.errors import JunctionError
    from server.services.suitecrm.declaration import Field, Module
    from server.services.suitecrm.translate import Bean

MEDIA_TYPE: Final = "application/vnd.api+json"
PLAIN: Final = "application/json"
NOTHING_FOUND: Final = "Request was successful, but there is no result"
_DENIED: Final = "The resource owner or authorization server denied the request."
# What SuiteCRM answers with 400 whatever it is; everything else keeps the status it has.
_REQUESTS_OWN: Final = (errors.Invalid, errors.Conflict, errors.Missing, errors.Denied)
_STATUSES: Final = {"unknown_route": 404, "method_not_allowed": 405}


def answer(document: Mapping[str, Any] | Sequence[Any], status: int = 200) -> Answer:
    """Return a document; pretty, as SuiteCRM prints it."""
    return Answer(orjson.dumps(document, option=orjson.OPT_INDENT_2), status, content_type=MEDIA_TYPE)


def said(message: str, status: int = 200, **meta: str) -> Answer:
    """Return a document that only says something."""
    return answer({"meta": {"message": message, **meta}, "data": []}, status)


def attributes(fields: Mapping[str, Field], bean: Bean) -> dict[str, str]:
    """Return a bean's fields without its id; moments in ISO 8601 with an offset."""
    return {name: _moment(value) if value and fields[name].is_moment else value for name, value in bean.items() if name != "id"}


def _moment(value: str) -> str:
    return f"{value.replace(' ', 'T')}+00:00"


def resource(module: Module, fields: Mapping[str, Field], bean: Bean) -> dict[str, Any]:
    """Return a bean with where its relationships are."""
    return {
        "type": module.object,
        "id": bean["id"],
        "attributes": attributes(fields, bean),
        "relationships": relationships(module, bean["id"]),
    }


def relationships(module: Module, bean_id: str) -> dict[str, Any]:
    """Return where the records related to one are, by their module."""
    place = f"/V8/module/{module.name}/{quote(bean_id)}/relationships"
    found: dict[str, Any] = {}
    for link in module.links.values():
        found.setdefault(link.module, {"links": {"related": f"{place}/{link.name}"}})
    return found


def related(module: Module, fields: Mapping[str, Field], bean: Bean) -> dict[str, Any]:
    """Return a bean as one of another's relationship."""
    place = f"V8/module/{module.object}/{quote(bean['id'])}"
    return {"type": module.object, "id": bean["id"], "attributes": attributes(fields, bean), "links": {"self": place}}


def refusal(error: JunctionError) -> Answer:
    """Return an error in V8's shape."""
    status = status_of(error)
    body: dict[str, Any] = {"errors": {"status": status, "code": error.stable_code, "title": None, "detail": detail_of(error)}}
    if status == 401:
        # What SuiteCRM's own OAuth layer answers, beside what its application does.
        body = {"error": "access_denied", "error_description": _DENIED, "hint": error.detail, "message": _DENIED, **body}
    found = Answer(orjson.dumps(body, option=orjson.OPT_INDENT_2), status, content_type=PLAIN if status == 401 else MEDIA_TYPE)
    if error.retry_after is not None:
        found.headers["Retry-After"] = str(error.retry_after)
    if status == 401:
        found.headers["WWW-Authenticate"] = problems.challenge(error)
    return found


def status_of(error: JunctionError) -> int:
    """Return the status that clients of V8 expect."""
    if error.stable_code in _STATUSES:
        return _STATUSES[error.stable_code]
    if isinstance(error, _REQUESTS_OWN) and not isinstance(error, errors.TooLarge | errors.Unsupported | errors.Gone):
        return 400
    return problems.status_of(error)


def detail_of(error: JunctionError) -> str:
    """Return one sentence with everything that is wrong; a fault of ours says nothing."""
    if isinstance(error, errors.Bug):
        return "Something went wrong here."
    faults = "; ".join(f"{fault.pointer.strip('/').replace('/', '.') or 'body'}: {fault.detail}" for fault in error.faults)
    return f"{error.detail} {faults}".strip()


def modules_document(access: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return what modules there are, and what the caller may do with each."""
    found = {name: {"label": MODULES[name].name, "access": list(acts)} for name, acts in access.items()}
    return {"data": {"type": "modules", "attributes": found}}
