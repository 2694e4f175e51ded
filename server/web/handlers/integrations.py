"""The catalogue of connectors, installing and uninstalling by a connector's name, and what others think of it."""

from __future__ import annotations

from typing import Any, Final

from server.services import connecting, disconnecting, installation_view, installations, integration_reviews, integrations
from server.services.installation_bodies import InstallationStatus, InstallationView, NewInstallation
from server.services.integration_reviews import NewReview, ReviewView
from server.services.integrations import CategoryView, IntegrationView
from server.web.calls import Answer, Call, answer, empty_answer, list_answer, record_answer
from server.web.documents import PAGE_PARAMETERS
from server.web.routes import Group, Parameter, Route, Runs

_BASE: Final = "/api/v1/integrations"
_TEXT: Final = {"type": "string"}
_TIERS: Final = ("unrated", "bronze", "silver", "gold", "platinum")
_FILTERS: Final = (
    Parameter("search", _TEXT, "Words that name, description, category, publisher and keywords hold together."),
    Parameter("category", _TEXT, "Only this category, such as crm."),
    Parameter("publisher", _TEXT, "Only what this publisher made."),
    Parameter("quality_tier", {"type": "string", "enum": list(_TIERS)}, "Only this tier."),
)
_PURGE: Final = (Parameter("purge", {"type": "boolean"}, disconnecting.PURGE),)
# An SVG may hold a script; here it is a picture and nothing else.
_PICTURE: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def list_integrations(call: Call) -> Answer:
    """List the catalogue."""
    chosen = call.filters("search", "category", "publisher", "quality_tier")
    if "quality_tier" in chosen:
        call.choice("quality_tier", "", _TIERS)
    limit = call.number("limit", 50, 1, 200)
    found, cursor = integrations.list_page(call.actor, call.query("cursor"), limit, chosen, call.settings.server.public_url)
    return list_answer(found, cursor, call)


def list_integration_categories(call: Call) -> Answer:
    """List categories."""
    return list_answer(integrations.categories(call.actor), None, call)


def get_integration(call: Call) -> Answer:
    """Get a connector."""
    return answer(integrations.get(call.actor, call.params["key"], call.settings.server.public_url))


def get_integration_icon(call: Call) -> Answer:
    """Get a connector's icon."""
    headers = {"Content-Security-Policy": _PICTURE, "X-Content-Type-Options": "nosniff", "Cache-Control": "public, max-age=3600"}
    return Answer(integrations.icon(call.params["key"]), headers=headers, content_type="image/svg+xml")


def install_integration(call: Call) -> Answer:
    """Install a connector, and connect it where that needs no person."""
    body = call.body or NewInstallation()
    made = installations.create(call.actor, call.params["key"], body, call.settings)
    if made["status"] == "failed":
        connecting.connect((call.actor.tenant_id, call.actor.mode, made["id"]), call.settings, call.actor)
        made = installations.get(call.actor, made["id"], call.settings)
    return record_answer(made, 201, f"/api/v1/installations/{made['id']}")


def uninstall_integration(call: Call) -> Answer:
    """Uninstall a connector."""
    disconnecting.remove(call.actor, call.params["key"], purge=call.flag("purge"))
    return empty_answer()


def get_integration_status(call: Call) -> Answer:
    """Tell how an installation fares."""
    row = installations.find_by_name(call.actor, call.params["key"])
    return record_answer(installation_view.status(call.actor, row["id"], call.settings))


def list_integration_reviews(call: Call) -> Answer:
    """List reviews."""
    found, cursor = integration_reviews.list_page(call.actor, call.params["key"], call.query("cursor"), call.number("limit", 50, 1, 200))
    return list_answer(found, cursor, call)


def review_integration(call: Call) -> Answer:
    """Write one's review."""
    return record_answer(integration_reviews.put(call.actor, call.params["key"], call.body), 201, f"{_BASE}/{call.params['key']}/reviews")


def delete_integration_review(call: Call) -> Answer:
    """Remove one's review."""
    integration_reviews.remove(call.actor, call.params["key"])
    return empty_answer()


_GROUP: Final = Group(_BASE, "Integrations", "integrations")
_INSTALL: Final[dict[str, Any]] = {
    "runs": Runs.WORK,
    "body": NewInstallation,
    "body_optional": True,
    "answer": InstallationView,
    "status": 201,
    "example": {"name": "Sales", "config": {"syncInterval": 900}, "permissions": ["contacts:read", "contacts:write"]},
}
_UNINSTALL: Final[dict[str, Any]] = {"runs": Runs.WORK, "query": _PURGE}
ROUTES: Final = [
    _GROUP.get("", list_integrations, "List the catalogue of connectors", answer=IntegrationView, listed=True, query=(*PAGE_PARAMETERS, *_FILTERS)),
    _GROUP.get("/categories", list_integration_categories, "List the categories that are not empty", answer=CategoryView, listed=True),
    _GROUP.get("/{key}", get_integration, "Get a connector", answer=IntegrationView),
    Route(
        "GET", f"{_BASE}/{{key}}/icon", get_integration_icon, "get_integration_icon", "Get a connector's icon", "Integrations",
        access="anyone", produces="image/svg+xml",
    ),
    _GROUP.post("/{key}/install", install_integration, "Install a connector", **_INSTALL),
    _GROUP.post("/{key}/connect", install_integration, "Install a connector", name="connect_integration", described=False, **_INSTALL),
    _GROUP.delete("/{key}/uninstall", uninstall_integration, "Uninstall a connector, and take away what it has at its vendor", **_UNINSTALL),
    _GROUP.delete("/{key}", uninstall_integration, "Disconnect a connector, as uninstalling it does", name="disconnect_integration", **_UNINSTALL),
    _GROUP.get("/{key}/status", get_integration_status, "Tell how an installation fares", answer=InstallationStatus),
    _GROUP.get("/{key}/reviews", list_integration_reviews, "List reviews of a connector", answer=ReviewView, listed=True, query=PAGE_PARAMETERS),
    _GROUP.post(
        "/{key}/reviews", review_integration, "Write your review of a connector, in place of the one before",
        body=NewReview, answer=ReviewView, status=201, example={"rating": 5, "title": "Does what it says"},
    ),
    _GROUP.delete("/{key}/reviews", delete_integration_review, "Remove your review of a connector"),
]  # fmt: skip
