"""Receivers' reports about sending domains: read, listed, and added up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, cast

from pydantic import BaseModel, ConfigDict, Field

from server.domain.errors import Fault, Invalid
from server.services.email import reports
from server.services.email.reports import EmailReportSummaryView, EmailReportView, ReadReportsView
from server.web.calls import Answer, Call, answer, list_answer
from server.web.documents import PAGE_PARAMETERS
from server.web.routes import Group, Parameter, Runs
from server.web.uploads import FORM

if TYPE_CHECKING:
    from server.web.uploads import Upload

MEDIA_TYPES: Final = (
    FORM, "application/xml", "text/xml", "application/gzip", "application/zip", "application/json", "application/tlsrpt+gzip",
    "application/tlsrpt+json", "message/rfc822", "application/octet-stream",
)  # fmt: skip
_KINDS: Final = ("dmarc", "tls")
_MOST_DAYS: Final = 400


class EmailReportForm(BaseModel):
    """A report as it came: XML or JSON, packed or not, or the mail that brought it."""

    model_config = ConfigDict(extra="forbid")

    file: Annotated[bytes, Field(description="The report, or the mail.")]


def list_email_reports(call: Call) -> Answer:
    """List reports."""
    limit = call.number("limit", 50, 1, 200)
    found, cursor = reports.list_page(call.actor, call.query("cursor"), limit, kind=_kind(call), domain=call.query("domain"))
    return list_answer(found, cursor, call)


def _kind(call: Call) -> str | None:
    found = call.query("kind")
    if found is not None and found not in _KINDS:
        raise Invalid("'kind' is dmarc or tls.", faults=[Fault("kind", "invalid_parameter", "This is dmarc or tls.")])
    return found


def receive_email_report(call: Call) -> Answer:
    """Read a report."""
    upload = cast("Upload", call.upload)
    return answer(reports.receive(call.actor, upload.path.read_bytes()))


def get_email_report(call: Call) -> Answer:
    """Get a report."""
    return answer(reports.get(call.actor, call.params["id"]))


def get_email_report_summary(call: Call) -> Answer:
    """Add reports up."""
    days = call.number("days", 30, 1, _MOST_DAYS)
    return answer(reports.summary(call.actor, kind=_kind(call) or "dmarc", domain=call.query("domain"), days=days))


_FILTERS: Final = (
    Parameter("kind", {"type": "string", "enum": list(_KINDS)}, "Only reports of this kind."),
    Parameter("domain", {"type": "string"}, "Only reports about this domain."),
)
_DAYS: Final = Parameter("days", {"type": "integer", "minimum": 1, "maximum": _MOST_DAYS, "default": 30}, "How many days back.")
_GROUP: Final = Group("/api/v1/email/reports", "Email", "email")
ROUTES: Final = [
    _GROUP.get(
        "", list_email_reports, "List receivers' reports, the newest first", answer=EmailReportView, listed=True, query=(*PAGE_PARAMETERS, *_FILTERS)
    ),
    _GROUP.post(
        "",
        receive_email_report,
        "Read a DMARC or TLS report",
        answer=ReadReportsView,
        runs=Runs.UPLOAD,
        media_types=MEDIA_TYPES,
        document=EmailReportForm,
    ),
    _GROUP.get(
        "/summary", get_email_report_summary, "Add reports up, by day, source and failure", answer=EmailReportSummaryView, query=(*_FILTERS, _DAYS)
    ),
    _GROUP.get("/{id}", get_email_report, "Get a report with all it says", answer=EmailReportView),
]
