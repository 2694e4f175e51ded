"""What Google Analytics can be told besides orders and leads: events of any name, up to 25 at a time. It takes them and tells no id."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from connectors.sdk.errors import Refused
from connectors.sdk.operation import Operation
from connectors.sdk.request import Request
from connectors.sdk.values import Asked

VALIDATE: Final = "/debug/mp/collect"
COLLECT: Final = "/mp/collect"
NAME: Final = "[A-Za-z][A-Za-z0-9_]{0,39}"
EVENT: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "pattern": NAME},
        "params": {"type": "object"},
        "client_id": {"type": "string", "maxLength": 100},
        "user_id": {"type": "string", "maxLength": 256},
        "timestamp_micros": {"type": "integer", "minimum": 1},
    },
}


def client_of(key: str) -> str:
    """Return the client id of somebody who has none: the same for the same key."""
    return hashlib.sha256(key.encode()).hexdigest()[:20]


def send_event(connector: Any, given: Mapping[str, Any], key: str) -> Asked[Any]:
    """Send an event, once the validation endpoint has nothing against it. Raises Refused with what it says."""
    told = {name: given[name] for name in ("user_id", "timestamp_micros") if name in given}
    event = {"name": given["name"], "params": given.get("params", {})}
    body = {"client_id": given.get("client_id") or client_of(key), **told, "events": [event]}
    said = (yield connector.measured(Request("POST", VALIDATE, json=body, repeatable=True))).rows("validationMessages")
    if said:
        raise Refused(str(said[0]["description"]), code=str(said[0]["validationCode"]).lower())
    yield connector.measured(Request("POST", COLLECT, json=body, key=key))
    return {"accepted": True, "client_id": body["client_id"]}


EXAMPLE: Final = {"name": "sign_up", "client_id": "555.777", "params": {"method": "e-mail"}}
OPERATIONS: Final[Mapping[str, Operation]] = {"send_event": Operation("Send an event", EVENT, send_event, example=EXAMPLE)}
