"""The daily report of what changed in a tenant's mail: whether and when it is told, to whom, and what it would say now."""

from __future__ import annotations

from typing import Final

from server.services.email import daily_reports
from server.services.email.daily_reports import DailyReportChange, DailyReportPreview, DailyReportView, DailyReportWish
from server.web.calls import Answer, Call, answer
from server.web.routes import Group, Runs


def get_daily_report(call: Call) -> Answer:
    """Show whether and when what changed is told, and to whom."""
    return answer(daily_reports.get(call.actor))


def put_daily_report(call: Call) -> Answer:
    """Choose whether and when what changed is told."""
    return answer(daily_reports.put(call.actor, call.body))


def put_daily_report_wish(call: Call) -> Answer:
    """Choose whether you get the report yourself."""
    return answer(daily_reports.wish(call.actor, call.body))


def preview_daily_report(call: Call) -> Answer:
    """Show what the report would say now. It tells nobody, and nothing counts as told."""
    return answer(daily_reports.preview(call.actor, call.settings))


_GROUP: Final = Group("/api/v1/email/daily-report", "Email", "email")
ROUTES: Final = [
    _GROUP.get("", get_daily_report, "Show whether and when what changed is told", answer=DailyReportView),
    _GROUP.put(
        "",
        put_daily_report,
        "Choose whether and when what changed is told",
        body=DailyReportChange,
        answer=DailyReportView,
        example={"enabled": True, "hour": 7, "timezone": "Europe/Berlin", "language": "de"},
        runs=Runs.WORK,
    ),
    _GROUP.put(
        "/wish",
        put_daily_report_wish,
        "Choose whether you get the report yourself",
        body=DailyReportWish,
        answer=DailyReportView,
        example={"wanted": False},
    ),
    _GROUP.get("/preview", preview_daily_report, "Show what the report would say now", answer=DailyReportPreview),
]
