"""What Slack can be asked to do: send a message to a channel. Slack has no key against sending twice, so it is not tried again by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from connectors.sdk.operation import Operation
from connectors.sdk.request import Request
from connectors.sdk.values import Asked

SCOPE: Final = "chat:write"
MESSAGE: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["text"],
    "properties": {
        "text": {"type": "string", "minLength": 1, "maxLength": 40_000},
        "channel": {"type": "string", "pattern": "[CGD][0-9A-Z]{6,20}"},
        "thread_ts": {"type": "string", "pattern": r"\d+\.\d{6}"},
    },
}


def send(connector: Any, given: Mapping[str, Any], key: str) -> Asked[Any]:
    """Send a message: to the channel that is configured unless another is named, below another message where one is."""
    sent = {"channel": connector.known["channelId"], **given}
    return (yield Request("POST", "/chat.postMessage", json=sent, key=key, scope=SCOPE)).document


OPERATIONS: Final[Mapping[str, Operation]] = {"send": Operation("Send a message", MESSAGE, send, SCOPE)}
