"""The appliance itself, for operators: its components, settings and branding, and finding whatever is in it."""

from __future__ import annotations

from typing import Final

from server.domain.blanks import UNBLANK
from server.services import branding, components, directory, settings
from server.services.branding import Branding, BrandingView
from server.services.components import HealthView
from server.services.directory import FoundView
from server.services.settings import SettingView
from server.web.calls import Answer, Call, answer, list_answer
from server.web.documents import LIMIT
from server.web.routes import Group, Parameter

QUERY: Final = Parameter(
    "q", {"type": "string", "minLength": 1, "maxLength": 200, "pattern": UNBLANK}, "Part of a name or address, or a whole id.", required=True
)


def get_health(call: Call) -> Answer:
    """Say how every part of the appliance is."""
    return answer(components.report(call.actor, call.settings))


def list_settings(call: Call) -> Answer:
    """List the settings in force, secrets masked."""
    return list_answer(settings.list_all(call.actor, call.settings), None, call)


def get_branding(call: Call) -> Answer:
    """Get the branding."""
    return answer(branding.get(call.actor, call.settings))


def put_branding(call: Call) -> Answer:
    """Replace the branding."""
    return answer(branding.put(call.actor, call.body, call.settings))


def search_directory(call: Call) -> Answer:
    """Find tenants, users and keys."""
    return list_answer(directory.search(call.actor, call.query("q") or "", call.number("limit", 50, 1, 200)), None, call)


_EXAMPLE: Final = {"name": "Example Hosting", "colours": {"primary": "#7c3aed"}, "links": {"Support": "https://example.com/support"}}
_GROUP: Final = Group("/admin/v1", "Administration", access="operator")
ROUTES: Final = [
    _GROUP.get("/health", get_health, "Tell how every part of the appliance is", answer=HealthView),
    _GROUP.get("/settings", list_settings, "List the settings in force, secrets masked", answer=SettingView, listed=True),
    _GROUP.get("/branding", get_branding, "Get the branding", answer=BrandingView),
    _GROUP.put("/branding", put_branding, "Replace the branding", body=Branding, answer=BrandingView, example=_EXAMPLE),
    _GROUP.get("/search", search_directory, "Find tenants, users and keys", answer=FoundView, listed=True, query=(QUERY, LIMIT)),
]
