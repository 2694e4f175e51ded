"""A verified message of a vendor as processors get it, and the event that tells a tenant of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Unprocessable
from server.domain.inbound.arrivals import ABSENT, Arrival
from server.domain.inbound.schemes import SCHEMES
from server.services import events
from server.system import clock

if TYPE_CHECKING:
    from server.domain.actor import Actor

LARGEST_IN_EVENT: Final = 65_536


@dataclass(frozen=True)
class Message:
    """A verified message as a processor gets it; `body` are the bytes that came."""

    id: str
    source_id: str
    provider: str
    event_id: str | None
    event_type: str | None
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    received_at: int
    installation_id: str | None = None

    @cached_property
    def payload(self) -> Any:
        """The body as JSON, or as the fields of a form. Raises Unprocessable (`malformed_payload`) when it is neither but has to be."""
        arrival = Arrival(self.method, self.target, self.headers, (), self.body)
        kind = SCHEMES[self.provider].payload
        if arrival.is_form and kind != "json":
            if self.body and not arrival.form:
                raise Unprocessable("The body is no form.", code="malformed_payload")
            return _fields(arrival)
        if arrival.document is ABSENT and (self.body or kind == "json"):
            raise Unprocessable("The body is no JSON.", code="malformed_payload")
        return None if arrival.document is ABSENT else arrival.document


def _fields(arrival: Arrival) -> dict[str, Any]:
    """Return a form as an object; a name that is there several times has a list of values."""
    found: dict[str, Any] = {}
    for name, value in arrival.form:
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def publish_received(actor: Actor, message: Message) -> Callable[[], None]:
    """Tell the tenant that a message came, with its payload where that is not too large."""
    payload, large = message.payload, len(message.body) > LARGEST_IN_EVENT
    record = {
        "id": message.id,
        "object": "inbound",
        "source_id": message.source_id,
        "provider": message.provider,
        "event_type": message.event_type,
        "event_id": message.event_id,
        "received_at": clock.rfc3339(message.received_at),
        "payload": None if large else payload,
        "payload_omitted": large,
    }
    return lambda: _publish(actor, message.id, record)


def _publish(actor: Actor, message_id: str, record: Mapping[str, Any]) -> None:
    events.publish(actor, "inbound.received", message_id, record=record)
