"""The request log, and the counts made of it."""

from __future__ import annotations

import re
from typing import Any, Final

from server.domain.errors import Fault, Invalid
from server.services import request_log
from server.services.request_log import LogDetailView, LogView, UsageView
from server.web.calls import Answer, Call, answer, list_answer
from server.web.documents import PAGE_PARAMETERS, SINCE, TENANT, UNTIL
from server.web.routes import Group, Parameter

_STATUS = re.compile(r"[1-5](?:xx|\d\d)")
_TEXT: Final = {"type": "string"}
FILTERS: Final = (
    Parameter("status", {"type": "string", "pattern": "^[1-5](xx|[0-9]{2})$"}, "Only this status, such as 404, or class of them, such as 5xx."),
    Parameter("method", _TEXT, "Only this method."),
    Parameter("route", _TEXT, "Only this operation, by its operationId."),
    Parameter("actor_id", _TEXT, "Only requests of this key or user."),
    Parameter("address", _TEXT, "Only requests from this address."),
    Parameter("code", _TEXT, "Only refusals with this code, such as rate_limited."),
    Parameter("path", _TEXT, "Only requests whose path begins so."),
    Parameter("slower_than_ms", {"type": "integer", "minimum": 0, "maximum": 3_600_000}, "Only requests that took longer, in milliseconds."),
    Parameter("request_id", _TEXT, "Only this request."),
    SINCE,
    UNTIL,
)


def list_logs(call: Call) -> Answer:
    """List the tenant's requests."""
    found, cursor = request_log.list_page(call.actor, _filters(call), call.query("cursor"), call.number("limit", 50, 1, 200))
    return list_answer(found, cursor, call)


def list_all_logs(call: Call) -> Answer:
    """List requests of all tenants, or of one."""
    limit = call.number("limit", 50, 1, 200)
    found, cursor = request_log.list_page_of_all(call.actor, call.query("tenant"), _filters(call), call.query("cursor"), limit)
    return list_answer(found, cursor, call)


def get_log(call: Call) -> Answer:
    """Get one request."""
    return answer(request_log.get(call.actor, call.params["id"]))


def list_usage(call: Call) -> Answer:
    """List counts per caller, route and day."""
    limit = call.number("limit", 50, 1, 200)
    found, cursor = request_log.usage(call.actor, call.moment("since"), call.moment("until"), call.query("cursor"), limit)
    return list_answer(found, cursor, call)


def _filters(call: Call) -> dict[str, Any]:
    found = call.filters("method", "route", "actor_id", "address", "code", "path", "request_id", "since", "until")
    if call.query("slower_than_ms") is not None:
        found["slower_than_us"] = call.number("slower_than_ms", 0, 0, 3_600_000) * 1000
    status = call.query("status")
    if status is None:
        return found
    if not _STATUS.fullmatch(status):
        raise Invalid("'status' is a number such as 404, or a class such as 5xx.", faults=[Fault("status", "invalid_parameter", "It is neither.")])
    if status.endswith("xx"):
        return found | {"lowest_status": int(status[0]) * 100, "highest_status": int(status[0]) * 100 + 99}
    return found | {"status": int(status)}


_OURS: Final = Group("/api/v1", "Logs", "logs")
_ALL: Final = Group("/admin/v1/logs", "Administration", access="operator")
ROUTES: Final = [
    _OURS.get("/logs", list_logs, "List requests, the newest first", answer=LogView, listed=True, query=(*PAGE_PARAMETERS, *FILTERS)),
    _OURS.get("/logs/{id}", get_log, "Get one request", answer=LogDetailView),
    _OURS.get(
        "/usage", list_usage, "Count requests per caller, route and day", answer=UsageView, listed=True, query=(*PAGE_PARAMETERS, SINCE, UNTIL)
    ),
    _ALL.get(
        "", list_all_logs, "List requests of all tenants, the newest first", answer=LogView, listed=True, query=(*PAGE_PARAMETERS, *FILTERS, TENANT)
    ),
]
