"""Webhooks: subscriptions and their secrets."""

from __future__ import annotations

from typing import Final

from server.services import webhooks
from server.services.webhook_bodies import NewWebhook, SecretOnce, SecretRotation, WebhookChange, WebhookOnce, WebhookView
from server.web.calls import Answer, Call, answer, empty_answer, list_answer, record_answer
from server.web.documents import PAGE_PARAMETERS
from server.web.routes import Group, Runs

_BASE: Final = "/api/v1/webhooks"
_EXAMPLE: Final = {"name": "Orders", "url": "https://example.com/hooks", "events": ["contact.*", "deal.created"]}


def list_webhooks(call: Call) -> Answer:
    """List webhooks."""
    found, cursor = webhooks.list_page(call.actor, call.query("cursor"), call.number("limit", 50, 1, 200))
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


def rotate_webhook_secret(call: Call) -> Answer:
    """Make a new secret."""
    return answer(webhooks.rotate_secret(call.actor, call.params["id"], call.body))


def enable_webhook(call: Call) -> Answer:
    """Deliver again."""
    return record_answer(webhooks.set_status(call.actor, call.params["id"], "active"))


def disable_webhook(call: Call) -> Answer:
    """Hold deliveries."""
    return record_answer(webhooks.set_status(call.actor, call.params["id"], "disabled", "Disabled by hand."))


_GROUP: Final = Group(_BASE, "Webhooks", "webhooks")
ROUTES: Final = [
    _GROUP.get("", list_webhooks, "List webhooks", answer=WebhookView, listed=True, query=PAGE_PARAMETERS),
    _GROUP.post("", create_webhook, "Create a webhook", runs=Runs.WORK, body=NewWebhook, answer=WebhookOnce, status=201, example=_EXAMPLE),
    _GROUP.get("/{id}", get_webhook, "Get a webhook", answer=WebhookView),
    _GROUP.patch(
        "/{id}",
        update_webhook,
        "Change a webhook",
        runs=Runs.WORK,
        body=WebhookChange,
        answer=WebhookView,
        takes_version=True,
        example={"active": False},
    ),
    _GROUP.delete("/{id}", delete_webhook, "Remove a webhook and cancel what it is owed", takes_version=True),
    _GROUP.post("/{id}/rotate-secret", rotate_webhook_secret, "Make a new secret", body=SecretRotation, body_optional=True, answer=SecretOnce),
    _GROUP.post("/{id}/enable", enable_webhook, "Deliver again, what was held included", answer=WebhookView),
    _GROUP.post("/{id}/disable", disable_webhook, "Hold deliveries until enabled again", answer=WebhookView),
]
