"""The door of SuiteCRM's legacy interface: one address whose form fields name a method and carry its arguments as JSON.

Whatever goes wrong leaves as a fault in the body of a 200, for that is where clients of v4_1 look; only what ends a call before
it is understood, or asks to come back later, has a status of its own. No parameter's value is ever repeated in a fault's words.
"""

from __future__ import annotations

import json
from email.parser import BytesParser
from email.policy import HTTP
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.domain.errors import Invalid
from server.services.suitecrm.v4_1 import methods
from server.services.suitecrm.v4_1.faults import fault_of
from server.web import bodies, problems
from server.web.addresses import storable
from server.web.calls import Answer, Call
from server.web.routes import FORM, Group, Route, Runs

if TYPE_CHECKING:
    from aiohttp.web import BaseRequest

    from server.domain.errors import JunctionError
    from server.services.suitecrm.v4_1.callers import Caller
    from server.web.routes import Protocol

PROTOCOL: Final[Protocol] = "suitecrm_v4_1"
MULTIPART: Final = "multipart/form-data"
_STATUSES: Final = frozenset({413, 415, 429, 500, 503, 507})
_JSON: Final = "application/json; charset=UTF-8"
_ADDRESSES: Final = tuple(
    f"{before}/service/{version}{script}" for before in ("", "/legacy") for version in ("v4_1", "v4") for script in ("/rest.php", "")
)


def call_method(call: Call) -> Answer:
    """Run the method that the fields name. Slow: a login hashes."""
    fields = {**dict(call.pairs), **_form(call)}
    if not all(storable(value) for value in fields.values()):
        raise Invalid("A field holds a character that no text can hold.")
    found = methods.run(call.actor, fields.get("method", ""), _arguments(fields.get("rest_data", "").strip()), partial(_admit, call), call.need_room)
    return Answer(orjson.dumps(found), content_type=_JSON)


def _admit(call: Call, caller: Caller) -> None:
    """Count the call for the tenant of whoever has proven who it is."""
    if call.admit is not None:
        call.admit(caller.actor.id, caller.actor.tenant_id, caller.tier, caller.actor)


def refusal(error: JunctionError) -> Answer:
    """Return an error as a fault."""
    status = problems.status_of(error)
    found = Answer(orjson.dumps(fault_of(error)), status if status in _STATUSES else 200, content_type=_JSON)
    if error.retry_after is not None:
        found.headers["Retry-After"] = str(error.retry_after)
    return found


def _arguments(text: str) -> Any:
    """Return the arguments as they came; what they hold is looked at where each is bound. Raises Invalid for what is not JSON."""
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError) as error:
        raise Invalid("The rest_data is not JSON.", code="malformed_json") from error


def _form(call: Call) -> dict[str, str]:
    """Return the fields of the body. Raises Unsupported for a body that is no form."""
    raw: bytes = call.document or b""
    if not raw:
        return {}
    bodies.check_media_type(call.request, (*FORM, MULTIPART))
    return _parts(call.request, raw) if call.request.content_type == MULTIPART else dict(bodies.parse_form(raw))


def _parts(request: BaseRequest, raw: bytes) -> dict[str, str]:
    """Return the parts of a form in several parts, as PHP's curl sends it; files among them count for nothing."""
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + request.headers["Content-Type"].encode() + b"\r\n\r\n" + raw)
    found: dict[str, str] = {}
    for part in message.iter_parts() if message.is_multipart() else ():
        name: Any = part.get_param("name", header="content-disposition")
        payload: Any = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(payload, bytes) and part.get_filename() is None:
            found[name] = _text(payload)
    return found


def _text(payload: bytes) -> str:
    try:
        return payload.decode()
    except UnicodeDecodeError as error:
        raise Invalid("The body is not a form in UTF-8.", code="invalid_utf8") from error


def _routes() -> list[Route]:
    found: list[Route] = []
    for address in _ADDRESSES:
        group = Group(address, "SuiteCRM v4_1", access="anyone")
        suffix = address.replace(".php", "").replace("/", "_")
        rest: dict[str, Any] = {"protocol": PROTOCOL, "any_query": True, "described": False, "runs": Runs.WORK, "raw": True, "when_full": True}
        found += [
            group.post("", call_method, "Call a method", name=f"post{suffix}", **rest),
            group.get("", call_method, "Call a method", name=f"get{suffix}", **rest),
        ]
    return found


ROUTES: Final = _routes()
