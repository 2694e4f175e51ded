"""Webhooks: subscriptions and their secrets."""

from __future__ import annotations

from typing import Final

from server.services import webhooks
from server.services.webhooks import NewWebhook, SecretOnce, SecretRotation, WebhookChange, WebhookOnce, WebhookView
from server.web.calls import Answer, Call, answer, empty_answer, list_answer, record_answer
from server.web.documents import PAGE_PARAMETERS
from server.web.routes import Route, Runs

_BASE: Final = "/api/v1/webhooks"
_ONE: Final = f"{_BASE}/{{id}}"
_EXAMPLE: Final = {"name": "Orders", "url": "https://example.com/hooks", "events": ["contact.*", "deal.created"]}


def list_webhooks(call: Call) -> Answer:
    """List webhooks."""
    found, cursor = webhooks.list_page(call.actor, call.query("cursor") or "", call.number("limit", 50, 1, 200))
    return list_answer(found, cursor, call)


def create_webhook(call: Call) -> Answer:
    """Make a webhook."""
    found = webhooks.create(call.actor, call.body, most=call.settings.webhooks.max_per_tenant)
    return record_answer(found, 201, f"{_BASE}/{found['id']}")


def get_webhook(call: Call) -> Answer:
    """Get a webhook."""
    return record_answer(webhooks.get(call.actor, call.params["id"]))


def update_webhook(call: Call) -> Answer:
    """Change a webhook."""
    return record_answer(webhooks.update(call.actor, call.params["id"], call.body, version=call.version()))


def delete_webhook(call: Call) -> Answer:
    """Remove a webhook."""
    webhooks.remove(call.actor, call.params["id"], version=call.version())
    return empty_answer()


def rotate_secret(call: Call) -> Answer:
    """Make a new secret."""
    return answer(webhooks.rotate_secret(call.actor, call.params["id"], call.body))


def enable_webhook(call: Call) -> Answer:
    """Deliver again."""
    return record_answer(webhooks.set_status(call.actor, call.params["id"], "active"))


def disable_webhook(call: Call) -> Answer:
    """Hold deliveries."""
    return record_answer(webhooks.set_status(call.actor, call.params["id"], "disabled", "Disabled by hand."))


ROUTES: Final = [
    Route("GET", _BASE, list_webhooks, "list_webhooks", "List webhooks", "Webhooks", scope="webhooks:read", answer=WebhookView, listed=True, query=PAGE_PARAMETERS),
    Route("POST", _BASE, create_webhook, "create_webhook", "Create a webhook", "Webhooks", Runs.WORK, scope="webhooks:write", body=NewWebhook, answer=WebhookOnce, status=201, idempotent=True, example=_EXAMPLE),
    Route("GET", _ONE, get_webhook, "get_webhook", "Get a webhook", "Webhooks", scope="webhooks:read", answer=WebhookView),
    Route("PATCH", _ONE, update_webhook, "update_webhook", "Change a webhook", "Webhooks", Runs.WORK, scope="webhooks:write", body=WebhookChange, answer=WebhookView, media_types=("application/json", "application/merge-patch+json"), idempotent=True, example={"active": False}),
    Route("DELETE", _ONE, delete_webhook, "delete_webhook", "Remove a webhook and cancel what it is owed", "Webhooks", Runs.WRITE, scope="webhooks:write", status=204),
    Route("POST", f"{_ONE}/rotate-secret", rotate_secret, "rotate_webhook_secret", "Make a new secret; the old one goes on for the overlap", "Webhooks", Runs.WRITE, scope="webhooks:write", body=SecretRotation, body_optional=True, answer=SecretOnce, idempotent=True, example={"overlap_seconds": 86400}),
    Route("POST", f"{_ONE}/enable", enable_webhook, "enable_webhook", "Deliver again, what was held included", "Webhooks", Runs.WRITE, scope="webhooks:write", answer=WebhookView, idempotent=True),
    Route("POST", f"{_ONE}/disable", disable_webhook, "disable_webhook", "Hold deliveries until enabled again", "Webhooks", Runs.WRITE, scope="webhooks:write", answer=WebhookView, idempotent=True),
]  # fmt: skip
