"""The request log, the audit trail and what callers use that will go away; the newest rows come in by themselves."""

from __future__ import annotations

from typing import Any, Final

from app.models.columns import Column
from app.pages.specs import Action, Document, Filter, ListView, Outcome, PageSpec
from app.widgets.fields import Field

DAY: Final = r"20\d\d-[01]\d-[0-3]\d"
METHODS: Final = {name: name for name in ("GET", "POST", "PATCH", "PUT", "DELETE")}
STATUSES: Final = {"2xx": "2xx answered", "3xx": "3xx unchanged", "4xx": "4xx refused", "5xx": "5xx failed"}

REQUESTS: Final = ListView(
    label="Requests",
    path="/admin/v1/logs",
    name="method path",
    object="req",
    columns=(
        Column("at", "At", 164, "clock"),
        Column("method", "Method", 72, "code"),
        Column("path", "Path", 300, "code"),
        Column("status", "Answer", 70, "status"),
        Column("duration_ms", "Took", 76, "duration"),
        Column("code", "Code", 80),
        Column("actor", "Who", 150, "actor"),
        Column("address", "From", 130, "code"),
    ),
    filters=(
        Filter("path", "Path begins with"),
        Filter("status", "Answer", STATUSES),
        Filter("method", "Method", METHODS),
        Filter("slower_than_ms", "Took", {"100": "over 100 ms", "500": "over 500 ms", "2000": "over 2 s"}),
        Filter("request_id", "Request id"),
    ),
    tabs=(Document("Everything"),),
    read="/logs",
    empty="No request yet.",
    live=True,
)

AUDIT: Final = ListView(
    label="Audit",
    path="/admin/v1/audit",
    name="action",
    object="aud",
    columns=(
        Column("at", "At", 190, "clock"),
        Column("action", "Act", 230, "code"),
        Column("actor", "Who", 200, "actor"),
        Column("target.id", "On", 240, "code"),
        Column("address", "From", 120, "code"),
        Column("sequence", "No.", 70, "number"),
    ),
    filters=(
        Filter("action", "Act, such as api_key.created"),
        Filter("object", "Kind of thing"),
        Filter("actor_id", "Id of who did it"),
        Filter("request_id", "Request id"),
    ),
    tabs=(Document("Changes", "changes"), Document("Everything")),
    empty="Nothing was done yet.",
    live=True,
    also=(
        Action(
            "verify",
            "Verify the trail",
            "/admin/v1/audit/verification",
            "GET",
            "shield",
            fields=(
                Field("after", "Go on after entry", "number", help="Empty: from the beginning. Long trails are verified in stretches."),
                Field("sequence", "A place that was noted earlier", "number", help="Its number and its seal: whether they still hold is told, too."),
                Field("seal", "Its seal", "code"),
            ),
            done="Trail verified",
            shows=Outcome(
                (
                    Column("intact", "Intact", kind="switch"),
                    Column("entries", "Entries", kind="number"),
                    Column("next_after", "Goes on after entry", kind="number", void="the end was reached"),
                    Column("newest.sequence", "Newest place", kind="number"),
                    Column("newest.seal", "Its seal", kind="code"),
                    Column("unsealed", "Not sealed yet", kind="number"),
                ),
                "problems",
                (Column("code", "What", 150, "badge"), Column("sequence", "From", 80, "number"), Column("detail", "Because", 360)),
            ),
        ),
    ),
    create=Action("export", "Download the trail", "/admin/v1/audit/export", "GET", "download", file="audit.jsonl", done="Audit trail kept"),
)

OLD_CALLS: Final = ListView(
    label="Old versions",
    path="/admin/v1/deprecations",
    name="operation",
    columns=(
        Column("operation", "Operation", 220, "code"),
        Column("version", "Version", 120),
        Column("actor", "Who", 200, "actor"),
        Column("calls", "Calls", 100, "number"),
        Column("last_called_at", "Last", 140, "time"),
        Column("version_sunset_at", "Ends", 140, "time"),
    ),
    tabs=(Document("Everything"),),
    empty="Nobody calls anything that will go away.",
)


def counted(row: dict[str, Any]) -> dict[str, Any]:
    """Return a count with what tells it from the others: its day, its route and who called."""
    return {**row, "id": " ".join((row["day"], row["route"], str((row["actor"] or {}).get("id", ""))))}


USAGE: Final = ListView(
    label="Usage",
    path="/usage",
    name="route",
    columns=(
        Column("day", "Day", 160),
        Column("route", "Operation", 300, "code"),
        Column("actor", "Who", 200, "actor"),
        Column("requests", "Requests", 100, "number"),
        Column("errors", "Errors", 90, "number"),
        Column("limited", "Held back by a limit", 110, "number"),
        Column("mean_ms", "Took on average", 110, "duration"),
    ),
    filters=(Filter("since", "Since, such as 2026-11-20", complete=DAY), Filter("until", "Before, such as 2026-11-21", complete=DAY)),
    empty="No request of this tenant was counted yet.",
    prepared=counted,
)

PAGE: Final = PageSpec("logs", "Logs", "list", "Traffic", "Every request and every act, searched by the server.", (REQUESTS, USAGE, AUDIT, OLD_CALLS))
