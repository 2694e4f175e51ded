"""The audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.services import audit, audit_export, audit_verification
from server.services.audit import AuditView
from server.services.audit_chain import Head
from server.services.audit_export import MEDIA_TYPES
from server.services.audit_verification import AuditVerificationView
from server.web.calls import Answer, Call, answer, list_answer
from server.web.documents import PAGE_PARAMETERS, SINCE, TENANT, UNTIL
from server.web.downloads import download
from server.web.routes import Group, Parameter, Runs

if TYPE_CHECKING:
    from aiohttp.web import StreamResponse

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


async def export_audit(call: Call) -> StreamResponse:
    """Download the tenant's audit trail."""
    filters, form = call.filters(*_NAMES), call.choice("format", "jsonl", tuple(MEDIA_TYPES))
    return await download(call, lambda: audit_export.export(call.actor, filters, form), f"audit.{form}", MEDIA_TYPES[form])


async def export_all_audit(call: Call) -> StreamResponse:
    """Download the audit trail of all tenants and operators, or of one tenant."""
    filters, form, tenant_id = call.filters(*_NAMES), call.choice("format", "jsonl", tuple(MEDIA_TYPES)), call.query("tenant")
    return await download(call, lambda: audit_export.export_all(call.actor, tenant_id, filters, form), f"audit.{form}", MEDIA_TYPES[form])


def verify_audit(call: Call) -> Answer:
    """Verify a stretch of the chain through the audit trail."""
    seal, place = call.query("seal"), call.number("sequence", 0, 0, 10**12 - 1)
    return answer(audit_verification.verify(call.actor, call.number("after", 0, 0, 10**12 - 1), Head(place, seal) if seal else None))


_FORMAT: Final = Parameter("format", {"type": "string", "enum": list(MEDIA_TYPES), "default": "jsonl"}, "JSON lines, or a table.")
_PLACE: Final = {"type": "integer", "minimum": 0, "maximum": 10**12 - 1}
_NOTED: Final = (
    Parameter("after", {**_PLACE, "default": 0}, "Where to begin: `next_after` of the verification before."),
    Parameter("sequence", {**_PLACE, "default": 0}, "A newest place that was noted earlier, with its `seal`: it still has to hold."),
    Parameter("seal", _TEXT, "The seal of that place."),
)
_LINE: Final = (
    '{"id":"aud_06gvmp1q1lojh2a0pd5lcpa4ss","object":"audit_entry","at":"2026-11-20T12:00:00.123Z","tenant_id":"ten_06gvmp1q1lojh2a0pd5lcpa4ss",'
    '"mode":"live","actor":{"kind":"key","id":"key_06gvmp1q1lojh2a0pd5lcpa4ss"},"action":"contact.updated","target":{"object":"contact",'
    '"id":"con_06gvmp1q1lojh2a0pd5lcpa4ss"},"changes":{"email":[null,"a@b.c"]},"address":"192.0.2.1","request_id":"req_1","sequence":1,"seal":"9f86"}\n'
)
_FILE: Final[dict[str, Any]] = {"runs": Runs.STREAM, "produces": ", ".join(MEDIA_TYPES.values()), "example": _LINE}
_OURS: Final = Group("/api/v1/audit", "Audit", "audit")
_ALL: Final = Group("/admin/v1/audit", "Administration", access="operator")
ROUTES: Final = [
    _OURS.get("", list_audit, "List who did what, the newest first", answer=AuditView, listed=True, query=(*PAGE_PARAMETERS, *FILTERS)),
    _OURS.get("/export", export_audit, "Download the audit trail, the oldest entry first", query=(_FORMAT, *FILTERS), **_FILE),
    _ALL.get(
        "", list_all_audit, "List who did what anywhere, the newest first", answer=AuditView, listed=True, query=(*PAGE_PARAMETERS, *FILTERS, TENANT)
    ),
    _ALL.get("/export", export_all_audit, "Download the audit trail of everybody, or of one tenant", query=(_FORMAT, *FILTERS, TENANT), **_FILE),
    _ALL.get("/verification", verify_audit, "Verify the chain that seals the audit trail", answer=AuditVerificationView, query=_NOTED),
]
