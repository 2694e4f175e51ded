"""Inbound sources: the addresses that vendors send to."""

from __future__ import annotations

from typing import Any, Final

from server.services import inbound_messages, inbound_sources
from server.services.inbound_messages import InboundStatsView
from server.services.inbound_sources import InboundProviderView, InboundSecret, InboundSourceChange, InboundSourceView, NewInboundSource
from server.web.calls import Answer, Call, answer, empty_answer, list_answer, record_answer
from server.web.documents import PAGE_PARAMETERS
from server.web.routes import Group

_BASE: Final = "/api/v1/inbound/sources"
_EXAMPLE: Final = {"name": "Shop", "provider": "stripe", "secret": "whsec_an_example_only_0123456789", "expected_every_seconds": 86_400}


def list_inbound_providers(call: Call) -> Answer:
    """List providers."""
    return list_answer(inbound_sources.providers(call.actor), None, call)


def list_inbound_sources(call: Call) -> Answer:
    """List sources."""
    found, cursor = inbound_sources.list_page(call.actor, call.query("cursor"), call.number("limit", 50, 1, 200))
    return list_answer([_addressed(call, one) for one in found], cursor, call)


def _addressed(call: Call, found: dict[str, Any]) -> dict[str, Any]:
    """Return a source with the whole addresses that are entered at its provider."""
    public = call.settings.server.public_url.rstrip("/")
    shared = f"{public}/api/webhooks/{found['provider']}" if found["account"] else None
    return {**found, "url": public + found["path"], "shared_url": shared}


def create_inbound_source(call: Call) -> Answer:
    """Make a source."""
    found = inbound_sources.create(call.actor, call.body, most=call.settings.inbound.max_per_tenant)
    return record_answer(_addressed(call, found), 201, f"{_BASE}/{found['id']}")


def get_inbound_source(call: Call) -> Answer:
    """Get a source."""
    return record_answer(_addressed(call, inbound_sources.get(call.actor, call.params["id"])))


def update_inbound_source(call: Call) -> Answer:
    """Change a source."""
    found = inbound_sources.update(call.actor, call.params["id"], call.body, version=call.version())
    return record_answer(_addressed(call, found))


def delete_inbound_source(call: Call) -> Answer:
    """Remove a source."""
    inbound_sources.remove(call.actor, call.params["id"], version=call.version())
    return empty_answer()


def rotate_inbound_secret(call: Call) -> Answer:
    """Take a new secret."""
    return record_answer(_addressed(call, inbound_sources.rotate_secret(call.actor, call.params["id"], call.body)))


def get_inbound_stats(call: Call) -> Answer:
    """Count messages by state."""
    return answer(inbound_messages.stats(call.actor, call.params["id"]))


_GROUP: Final = Group("/api/v1/inbound", "Inbound", "integrations")
_ROTATION: Final = {"secret": "whsec_another_example_9876543210", "overlap_seconds": 86_400}
ROUTES: Final = [
    _GROUP.get("/providers", list_inbound_providers, "List the providers whose messages can be verified", answer=InboundProviderView, listed=True),
    _GROUP.get("/sources", list_inbound_sources, "List inbound sources", answer=InboundSourceView, listed=True, query=PAGE_PARAMETERS),
    _GROUP.post(
        "/sources", create_inbound_source, "Create an inbound source", body=NewInboundSource, answer=InboundSourceView, status=201, example=_EXAMPLE
    ),
    _GROUP.get("/sources/{id}", get_inbound_source, "Get an inbound source", answer=InboundSourceView),
    _GROUP.patch(
        "/sources/{id}",
        update_inbound_source,
        "Change, pause or activate an inbound source",
        body=InboundSourceChange,
        answer=InboundSourceView,
        takes_version=True,
        example={"expected_every_seconds": 3600},
    ),
    _GROUP.delete("/sources/{id}", delete_inbound_source, "Remove an inbound source and discard what waits there", takes_version=True),
    _GROUP.post(
        "/sources/{id}/rotate-secret",
        rotate_inbound_secret,
        "Take a new secret; the old ones hold for the overlap",
        body=InboundSecret,
        answer=InboundSourceView,
        example=_ROTATION,
    ),
    _GROUP.get("/sources/{id}/stats", get_inbound_stats, "Count messages by state", answer=InboundStatsView),
]
