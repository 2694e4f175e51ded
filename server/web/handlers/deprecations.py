"""What is deprecated, until when it is served, and who still calls it."""

from __future__ import annotations

from typing import Final

from server.services import deprecations
from server.services.deprecations import DeprecatedUseView, VersionView
from server.web.calls import Answer, Call, list_answer
from server.web.documents import PAGE_PARAMETERS, SINCE, TENANT, UNTIL
from server.web.routes import Group


def list_versions(call: Call) -> Answer:
    """List dated versions."""
    return list_answer(deprecations.versions(), None, call)


def list_deprecated_uses(call: Call) -> Answer:
    """List the tenant's callers of what is deprecated."""
    limit = call.number("limit", 50, 1, 200)
    found, cursor = deprecations.list_page(call.actor, call.moment("since"), call.moment("until"), call.query("cursor"), limit)
    return list_answer(found, cursor, call)


def list_all_deprecated_uses(call: Call) -> Answer:
    """List callers of what is deprecated in all tenants, or in one."""
    limit = call.number("limit", 50, 1, 200)
    since, until = call.moment("since"), call.moment("until")
    found, cursor = deprecations.list_page_of_all(call.actor, call.query("tenant"), since, until, call.query("cursor"), limit)
    return list_answer(found, cursor, call)


_PUBLIC: Final = Group("/api/v1/versions", "Documentation", access="anyone")
_OURS: Final = Group("/api/v1/usage/deprecations", "Logs", "logs")
_ALL: Final = Group("/admin/v1/deprecations", "Administration", access="operator")
_QUERY: Final = (*PAGE_PARAMETERS, SINCE, UNTIL)
ROUTES: Final = [
    _PUBLIC.get("", list_versions, "List the dated versions that are served", answer=VersionView, listed=True),
    _OURS.get(
        "",
        list_deprecated_uses,
        "List who still calls deprecated operations or old versions",
        answer=DeprecatedUseView,
        listed=True,
        query=_QUERY,
    ),
    _ALL.get(
        "",
        list_all_deprecated_uses,
        "List who still calls deprecated operations or old versions, in all tenants",
        answer=DeprecatedUseView,
        listed=True,
        query=(*_QUERY, TENANT),
    ),
]
