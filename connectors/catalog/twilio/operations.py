"""What Twilio can be asked to do: send a text message. Twilio has no key against sending twice, so it is not tried again by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from connectors.sdk.operation import Operation
from connectors.sdk.request import Request
from connectors.sdk.resource import filled
from connectors.sdk.values import Asked

MESSAGES: Final = "/2010-04-01/Accounts/{accountSid}/Messages.json"
NUMBER: Final = r"(whatsapp:)?\+[1-9]\d{4,14}"
MESSAGE: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["to", "body"],
    "properties": {"to": {"type": "string", "pattern": NUMBER}, "body": {"type": "string", "minLength": 1, "maxLength": 1600}},
}


def send(connector: Any, given: Mapping[str, Any], key: str) -> Asked[Any]:
    """Send a message from the number or the service that is configured; what becomes of it is told to our hook."""
    form = {**connector.sender(), "To": given["to"], "Body": given["body"], **connector.callback()}
    return (yield Request("POST", filled(MESSAGES, connector.known), form=form, key=key)).document


OPERATIONS: Final[Mapping[str, Operation]] = {"send": Operation("Send a text message", MESSAGE, send)}
