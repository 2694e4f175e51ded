"""Installations: what a tenant has connected, how each fares, and changing that."""

from __future__ import annotations

from typing import Any, Final

from server.services import connecting, connector_credentials, disconnecting, installation_view, installations
from server.services.connector_credentials import CredentialView
from server.services.installation_bodies import (
    ConsentLinks,
    InstallationChange,
    InstallationStatus,
    InstallationView,
    LoggedFaultView,
    Reauthorization,
)
from server.web.calls import Answer, Call, answer, empty_answer, list_answer, record_answer
from server.web.documents import PAGE_PARAMETERS
from server.web.routes import Group, Parameter, Runs

_TEXT: Final = {"type": "string"}
_STATUSES: Final = ("pending_authorization", "connected", "needs_user", "paused", "failed")
_FILTERS: Final = (
    Parameter("integration", _TEXT, "Only installations of this connector."),
    Parameter("status", {"type": "string", "enum": list(_STATUSES)}, "Only this status."),
)
_PURGE: Final = (Parameter("purge", {"type": "boolean"}, disconnecting.PURGE),)


def list_installations(call: Call) -> Answer:
    """List installations."""
    chosen = call.filters("integration", "status")
    if "status" in chosen:
        call.choice("status", "", _STATUSES)
    found, cursor = installations.list_page(call.actor, call.query("cursor"), call.number("limit", 50, 1, 200), chosen, call.settings)
    return list_answer(found, cursor, call)


def get_installation(call: Call) -> Answer:
    """Get an installation."""
    return record_answer(installations.get(call.actor, call.params["id"], call.settings))


def get_installation_status(call: Call) -> Answer:
    """Tell how an installation fares."""
    return record_answer(installation_view.status(call.actor, call.params["id"], call.settings))


def list_installation_errors(call: Call) -> Answer:
    """List what went wrong."""
    return list_answer(installation_view.errors(call.actor, call.params["id"]), None, call)


def update_installation(call: Call) -> Answer:
    """Change an installation; with another configuration it is connected anew."""
    place = (call.actor.tenant_id, call.actor.mode, call.params["id"])
    found = installations.update(call.actor, call.params["id"], call.body, call.settings, version=call.version())
    if call.body.config is not None and found["status"] in {"connected", "failed", "needs_user"}:
        connecting.connect(place, call.settings, call.actor)
        found = installations.get(call.actor, call.params["id"], call.settings)
    return record_answer(found)


def delete_installation(call: Call) -> Answer:
    """Uninstall an installation."""
    disconnecting.remove(call.actor, installations.find(call.actor, call.params["id"])["id"], purge=call.flag("purge"))
    return empty_answer()


def reauthorize_installation(call: Call) -> Answer:
    """Begin a consent anew."""
    return answer(connecting.reconnect(call.actor, call.params["id"], call.settings, call.body.return_url if call.body else None))


def list_connector_credentials(call: Call) -> Answer:
    """List consents."""
    return list_answer(connector_credentials.list_all(call.actor), None, call)


_GROUP: Final = Group("/api/v1/installations", "Integrations", "integrations")
_CREDENTIALS: Final = Group("/api/v1/connector-credentials", "Integrations", "integrations")
_CHANGE: Final[dict[str, Any]] = {"body": InstallationChange, "takes_version": True, "example": {"config": {"syncInterval": "1h"}}}
ROUTES: Final = [
    _GROUP.get("", list_installations, "List installations", answer=InstallationView, listed=True, query=(*PAGE_PARAMETERS, *_FILTERS)),
    _GROUP.get("/{id}", get_installation, "Get an installation", answer=InstallationView),
    _GROUP.patch("/{id}", update_installation, "Change an installation", runs=Runs.WORK, answer=InstallationView, **_CHANGE),
    _GROUP.delete("/{id}", delete_installation, "Uninstall an installation", runs=Runs.WORK, query=_PURGE),
    _GROUP.get("/{id}/status", get_installation_status, "Tell how an installation fares", answer=InstallationStatus),
    _GROUP.get("/{id}/errors", list_installation_errors, "List what went wrong with an installation", answer=LoggedFaultView, listed=True),
    _GROUP.post(
        "/{id}/reauthorize",
        reauthorize_installation,
        "Begin the vendor's consent anew; what was read stays",
        runs=Runs.WORK,
        body=Reauthorization,
        body_optional=True,
        answer=ConsentLinks,
    ),
    _CREDENTIALS.get("", list_connector_credentials, "List the consents of vendors, and who shares them", answer=CredentialView, listed=True),
]
