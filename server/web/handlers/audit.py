"""The audit trail."""

from __future__ import annotations

from typing import Final

from server.services import audit
from server.services.audit import AuditView
from server.web.calls import Answer, Call, list_answer
from server.web.documents import PAGE_PARAMETERS, SINCE, TENANT, UNTIL
from server.web.routes import Group, Parameter

_TEXT: Final = {"type": "string"}
FILTERS: Final = (
    Parameter("action", _TEXT, "Only this act, such as api_key.created."),
    Parameter("actor_id", _TEXT, "Only acts of this key or user."),
    Parameter("object", _TEXT, "Only acts on this kind of thing."),
    Parameter("object_id", _TEXT, "Only acts on this very thing."),
    Parameter("request_id", _TEXT, "Only what this request did."),
    SINCE,
    UNTIL,
)
_NAMES: Final = tuple(one.name for one in FILTERS)


def list_audit(call: Call) -> Answer:
    """List the tenant's audit trail."""
    found, cursor = audit.list_page(call.actor, call.filters(*_NAMES), call.query("cursor"), call.number("limit", 50, 1, 200))
    return list_answer(found, cursor, call)


def list_all_audit(call: Call) -> Answer:
    """List the audit trail of all tenants and operators, or of one tenant."""
    limit = call.number("limit", 50, 1, 200)
    found, cursor = audit.list_page_of_all(call.actor, call.query("tenant"), call.filters(*_NAMES), call.query("cursor"), limit)
    return list_answer(found, cursor, call)


_OURS: Final = Group("/api/v1/audit", "Audit", "audit")
_ALL: Final = Group("/admin/v1/audit", "Administration", access="operator")
ROUTES: Final = [
    _OURS.get("", list_audit, "List who did what, the newest first", answer=AuditView, listed=True, query=(*PAGE_PARAMETERS, *FILTERS)),
    _ALL.get(
        "", list_all_audit, "List who did what anywhere, the newest first", answer=AuditView, listed=True, query=(*PAGE_PARAMETERS, *FILTERS, TENANT)
    ),
]
