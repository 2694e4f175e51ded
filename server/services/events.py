"""Events: every change becomes one event, one audit entry and one delivery per matching webhook, in the caller's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from server.domain.events import matches
from server.services import wakes
from server.services.subscriptions import PLAIN, ordering_key_of, wants
from server.store import audit, database, deliveries, events, webhooks
from server.system import clock, ids
from server.system.version import API_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.actor import Actor

_TURNED: Final = {"deleted": {"deleted": [False, True]}, "restored": {"deleted": [True, False]}}


def emit(
    actor: Actor,
    event_type: str,
    object_id: str,
    *,
    changes: Mapping[str, Any] | None = None,
    record: Mapping[str, Any] | None = None,
    audited: Mapping[str, Any] | None = None,
) -> str:
    """Write event, audit and deliveries; call inside the transaction of the change itself. Returns the event's id.

    `changes` is `{field: [old, new]}`; `audited` replaces it in the audit trail where the event must say less. What is deleted
    or restored is told there as a change too.
    """
    event_id = publish(actor, event_type, object_id, changes=changes, record=record)
    told = changes or _TURNED.get(event_type.partition(".")[2])
    record_audit(actor, event_type, object_id, told if audited is None else audited)
    return event_id


def publish(
    actor: Actor,
    event_type: str,
    object_id: str,
    *,
    changes: Mapping[str, Any] | None = None,
    record: Mapping[str, Any] | None = None,
) -> str:
    """Write event and deliveries alone, for what nobody did but happened; call inside a transaction. Returns the event's id."""
    noun, _, action = event_type.partition(".")
    detail = {"object": noun, "id": object_id, "action": action, "changes": changes or {}, "record": record}
    if noun == "object" and record is not None:
        detail["type"] = record["type"]
    if actor.integration is not None:
        detail["origin"] = {"integration": actor.integration, "installation_id": actor.id}
    event_id = _insert(actor, event_type, (noun, object_id), {"data": detail})
    owed = [
        (ids.new_id("dlv"), webhook_id, "pending" if status == "active" else "held", None if options == PLAIN else ordering_key_of(options, detail))
        for webhook_id, patterns, status, options in webhooks.subscriptions(actor.tenant_id, actor.mode)
        if matches(patterns, event_type, detail)
        and not (noun == "webhook" and webhook_id == object_id)
        and (options == PLAIN or wants(options, detail))
    ]
    if owed:
        _owe(actor, (event_id, event_type), owed)
    return event_id


def publish_sample(actor: Actor, event_type: str, data: Mapping[str, Any], webhook_id: str) -> str:
    """Owe a made-up event to one webhook alone; no list or stream of events shows it. Returns the delivery's id."""
    event_id = _insert(actor, event_type, (events.SAMPLE, webhook_id), {"test": True, "data": data})
    delivery_id = ids.new_id("dlv")
    _owe(actor, (event_id, event_type), [(delivery_id, webhook_id, "pending", None)])
    return delivery_id


def _insert(actor: Actor, event_type: str, about: tuple[str, str], rest: Mapping[str, Any]) -> str:
    now, event_id = clock.now_ms(), ids.new_id("evt")
    envelope = {"id": event_id, "type": event_type, "timestamp": clock.rfc3339(now), "created": now // 1000, "tenant_id": actor.tenant_id}
    body = orjson.dumps({**envelope, "api_version": API_VERSION, **rest})
    events.insert(actor.tenant_id, actor.mode, (event_id, event_type, *about, now, body))
    return event_id


def _owe(actor: Actor, event: tuple[str, str], owed: Sequence[tuple[str, str, str, str | None]]) -> None:
    deliveries.insert(actor.tenant_id, actor.mode, owed, event, clock.now_ms())
    database.after_commit(wakes.deliveries)


def record_audit(actor: Actor, action: str, object_id: str, changes: Mapping[str, Any] | None = None) -> None:
    """Write only an audit entry, for acts that are no events of the tenant's."""
    noun = action.partition(".")[0]
    audit.insert(
        actor.tenant_id,
        actor.mode,
        ids.new_id("aud"),
        clock.now_ms(),
        (actor.kind, actor.id, actor.address, actor.request_id),
        action,
        (noun, object_id),
        orjson.dumps(changes).decode() if changes else None,
    )
