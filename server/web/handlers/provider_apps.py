"""Provider apps: the OAuth clients at vendors that a tenant, or the appliance, brings along."""

from __future__ import annotations

from typing import Any, Final

from server.services import installation_hooks, provider_apps
from server.services.provider_apps import ProviderApp, ProviderAppView
from server.web.calls import Answer, Call, answer, empty_answer, list_answer
from server.web.routes import Group, Route, Runs


def list_provider_apps(call: Call) -> Answer:
    """List providers with the app that is used for each."""
    return list_answer(provider_apps.list_all(call.actor, call.settings.server.public_url), None, call)


def get_provider_app(call: Call) -> Answer:
    """Get a provider with the app that is used for it."""
    return answer(provider_apps.get(call.actor, call.params["provider"], call.settings.server.public_url))


def put_provider_app(call: Call) -> Answer:
    """Write an app, and have what is connected through it believe its secrets."""
    provider = call.params["provider"]
    written = provider_apps.put(call.actor, provider, call.body, call.settings.server.public_url)
    installation_hooks.settle_sources(call.actor.tenant_id or None, provider, call.settings)
    return answer(written)


def delete_provider_app(call: Call) -> Answer:
    """Remove an app."""
    provider_apps.remove(call.actor, call.params["provider"])
    return empty_answer()


_WRITTEN: Final[dict[str, Any]] = {
    "runs": Runs.WORK,  # as many installations as there are
    "body": ProviderApp,
    "answer": ProviderAppView,
    "example": {"client_id": "an-example-client", "client_secret": "an example secret"},
}


def _routes(group: Group, suffix: str) -> list[Route]:
    def name(handler: Any) -> str:
        return f"{handler.__name__}{suffix}"

    return [
        group.get(
            "", list_provider_apps, "List the providers of consents, and the app used for each", name=name(list_provider_apps),
            answer=ProviderAppView, listed=True,
        ),
        group.get("/{provider}", get_provider_app, "Get a provider and the app used for it", name=name(get_provider_app), answer=ProviderAppView),
        group.put("/{provider}", put_provider_app, "Bring an app of your own", name=name(put_provider_app), **_WRITTEN),
        group.delete("/{provider}", delete_provider_app, "Remove an app of your own", name=name(delete_provider_app)),
    ]  # fmt: skip


ROUTES: Final = [
    *_routes(Group("/api/v1/provider-apps", "Integrations", "integrations"), ""),
    *_routes(Group("/admin/v1/provider-apps", "Administration", access="operator"), "_of_appliance"),
]
