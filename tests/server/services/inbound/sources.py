"""Sources and messages for tests of the services."""

from __future__ import annotations

from typing import Any

from server.domain.actor import Actor
from server.services import inbound_messages, inbound_sources
from server.services.inbound_messages import NewInboundMessage
from server.services.inbound_sources import NewInboundSource
from server.store import database

SECRET = "a secret of the vendor's"


def made(actor: Actor, provider: str = "stripe", **fields: Any) -> dict[str, Any]:
    """Make a source."""
    return inbound_sources.create(actor, NewInboundSource(name="Shop", provider=provider, **{"secret": SECRET, **fields}), most=100)


def put(actor: Actor, source_id: str, body: str = '{"id": "evt_1"}', content_type: str = "application/json", **headers: str) -> dict[str, Any]:
    """Put a message into a source."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return inbound_messages.create(actor, source_id, NewInboundMessage(body=body, content_type=content_type, headers=given))


def states(source_id: str) -> list[str]:
    """Return the states of a source's messages, the oldest first."""
    return [row[0] for row in database.rows("SELECT state FROM inbound_messages WHERE source_id = ? ORDER BY id", (source_id,))]


def told(actor: Actor, event_type: str) -> list[dict[str, Any]]:
    """Return what events of a type say, the oldest first."""
    from server.services import feeds

    return [event["data"] for event in feeds.list_page(actor, event_type, 0, None, 100)[0]]
