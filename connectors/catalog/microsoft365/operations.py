"""What a mailbox can be asked to do: send a message. Graph has no key against sending twice, so it is not tried again by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from connectors.sdk.operation import Operation
from connectors.sdk.request import Request
from connectors.sdk.values import Asked

SCOPE: Final = "Mail.Send"
ACCEPTED: Final = 202
MESSAGE: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["to", "subject", "text"],
    "properties": {
        "to": {"type": "string", "format": "email"},
        "subject": {"type": "string", "maxLength": 255},
        "text": {"type": "string"},
    },
}


def send(_: Any, given: Mapping[str, Any], key: str) -> Asked[Any]:
    """Send a message and keep it among those that were sent. Graph takes it and tells no id."""
    message = {
        "subject": given["subject"],
        "body": {"contentType": "text", "content": given["text"]},
        "toRecipients": [{"emailAddress": {"address": given["to"]}}],
    }
    response = yield Request("POST", "/me/sendMail", json={"message": message, "saveToSentItems": True}, key=key, scope=SCOPE)
    return {"accepted": response.status == ACCEPTED}


OPERATIONS: Final[Mapping[str, Operation]] = {"send": Operation("Send a message", MESSAGE, send, SCOPE)}
