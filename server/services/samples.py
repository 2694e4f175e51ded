"""Samples: one believable body for every event type, for the catalogue and for test sends."""

from __future__ import annotations

from typing import Any, Final

from server.store.records import by_noun
from server.system.version import API_VERSION

RECORDS: Final[dict[str, dict[str, Any]]] = {
    "contact": {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com", "title": "Analyst"},
    "company": {"name": "Example Engines", "domain": "example.com", "industry": "Manufacturing"},
    "deal": {"name": "Second engine", "stage": "proposal", "value": {"amount": "12000.00", "currency": "EUR"}, "close_date": "2026-12-24"},
    "activity": {"type": "call", "subject": "Talk about the second engine", "due_at": "2026-11-25T10:00:00Z"},
    "product": {"name": "Engine", "sku": "ENG-1", "price": {"amount": "9000.00", "currency": "EUR"}},
    "order": {"number": "O-1001", "status": "placed", "total": {"amount": "9000.00", "currency": "EUR"}},
    "invoice": {"number": "I-2001", "status": "open", "total": {"amount": "9000.00", "currency": "EUR"}, "due_on": "2026-12-20"},
    "payment": {"amount": {"amount": "9000.00", "currency": "EUR"}, "status": "succeeded", "reference": "P-3001"},
    "document": {"name": "Drawing.pdf", "media_type": "application/pdf"},
    "object": {"type": "vehicle"},
}
_ENCODED: Final = "05gvmp1q1lojh2a0pd5lcpa4ss"
_MOMENT: Final = "2026-11-20T12:00:00.000Z"
_CREATED: Final = 1_795_176_000
# The prefix of the id, and what else is told, of what is no record.
_OTHERS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "integration": (
        "ins",
        {
            "name": "Shop",
            "integration": "shopify",
            "status": "connected",
            "category": "commerce",
            "connector_version": "1.0.0",
            "account": {"id": "4711", "name": "Example Shop"},
        },
    ),
    "sync": ("syn", {"installation_id": f"ins_{_ENCODED}", "created": 12, "updated": 3, "failed": 0}),
    "lead": ("con", {"email": "ada@example.com", "installation_id": f"ins_{_ENCODED}"}),
    "webhook": ("whk", {"name": "Orders", "url": "https://example.com/hooks", "events": ["contact.*"], "status": "active"}),
    "api_key": ("key", {"name": "Shop", "scopes": ["contacts:read"], "hint": "jct_live_...k3x9"}),
    "api_request": ("req", {"method": "POST", "path": "/api/v1/contacts", "status": 201}),
    "user": ("usr", {"name": "Ada Lovelace", "email": "ada@example.com", "role": "member"}),
    "form": ("obj", {"name": "Newsletter"}),
    "email": (
        "msg",
        {
            "message_id": "<mail_05gvmp1q1lojh2a0pd5lcpa4ss@example.com>",
            "state": "delivered",
            "recipient_id": f"rcp_{_ENCODED}",
            "recipient": "ada@example.com",
            "from": "shop@example.com",
            "subject": "Your order",
            "stream": "transactional",
            "reason": None,
            "code": 250,
            "reply": "2.0.0 accepted",
            "metadata": {"order": "1001"},
        },
    ),
    "email_route": ("rte", {"pattern": "support@example.com", "action": "activity"}),
    "suppression": ("sup", {"value": "ada@example.com", "kind": "address", "reason": "hard_bounce", "source": "smtp_reply"}),
    "sending_domain": ("dom", {"name": "example.com", "status": "verified", "sendable": True}),
    "email_report": (
        "rep",
        {"kind": "dmarc", "domain": "example.com", "reporter": "receiver.example", "report_id": "20261120-1", "passed": 120, "failed": 3},
    ),
    "inbound": (
        "inm",
        {
            "provider": "stripe",
            "source_id": f"src_{_ENCODED}",
            "event_type": "charge.succeeded",
            "event_id": "evt_3PqLk2",
            "received_at": "2026-11-20T12:00:00.000Z",
            "payload": {"id": "evt_3PqLk2", "type": "charge.succeeded"},
            "payload_omitted": False,
        },
    ),
    "inbound_source": ("src", {"name": "Shop", "provider": "stripe", "health": "ok"}),
    "field": ("con", {"resource": "contacts", "fields": ["passport_number"], "actor": {"kind": "key", "id": f"key_{_ENCODED}"}}),
    "import": ("imp", {"resource": "contacts", "created": 990, "updated": 8, "failed": 2}),
}
_POSTED: Final[dict[str, Any]] = {
    "webhook_id": f"whk_{_ENCODED}",
    "delivery_id": f"dlv_{_ENCODED}",
    "event_id": f"evt_{_ENCODED}",
    "event_type": "contact.created",
    "attempt": 1,
    "duration_ms": 41.5,
}
# What is told where that differs from what is told of the noun otherwise.
_EXACT: Final[dict[str, dict[str, Any]]] = {
    "webhook.failing": {
        "id": f"whk_{_ENCODED}",
        "object": "webhook",
        "name": "Orders",
        "url": "https://example.com/hooks",
        "failing_since": "2026-11-18T00:00:00.000Z",
        "failures": 41,
        "percent": 50,
        "disabled_at": "2026-11-23T00:00:00.000Z",
    },
    "webhook.triggered": {**_POSTED, "status": 200, "error": None},
    "webhook.attempt_failed": {**_POSTED, "status": 503, "error": None},
}
_CHANGES: Final = {"created": "after", "updated": "both"}


def details(event_type: str) -> dict[str, Any]:
    """Return the `data` of a sample event."""
    noun, _, action = event_type.partition(".")
    resource = by_noun().get(noun)
    prefix, fields = (resource.prefix, RECORDS[noun]) if resource else _OTHERS[noun]
    object_id = f"{prefix}_{_ENCODED}"
    record = _EXACT.get(event_type) or {"id": object_id, "object": noun, **fields}
    if resource:
        record |= {"custom": {}, "external_ids": {}, "tags": [], "owner_id": None, "created_at": _MOMENT, "updated_at": _MOMENT, "version": 1}
    first = next(iter(fields))
    changes = {first: [None if action == "created" else "before", fields[first]]} if action in _CHANGES else {}
    found = {"object": noun, "id": object_id, "action": action, "changes": changes, "record": record}
    return found | ({"type": fields["type"]} if noun == "object" else {})


def body(event_type: str) -> dict[str, Any]:
    """Return a whole sample event, as receivers get it."""
    return {
        "id": f"evt_{_ENCODED}",
        "type": event_type,
        "timestamp": _MOMENT,
        "created": _CREATED,
        "tenant_id": f"ten_{_ENCODED}",
        "api_version": API_VERSION,
        "data": details(event_type),
    }
