"""Receivers' reports: read, kept once each for the tenant whose domain they are about, and added up into who passes and who fails.

A report of a domain that is not the tenant's own is refused: anybody can send one, and it would only mislead.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel

from server.domain.actor import system_actor
from server.domain.errors import Missing, Unprocessable
from server.domain.mail.names import ancestry
from server.domain.mail.report_files import reports_in
from server.domain.permissions import permit
from server.services import events, pages
from server.services.email import signing
from server.store import database, email_reports, sending_domains
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.domain.actor import Actor
    from server.domain.mail.received_reports import Report
    from server.store.email_reports import Row

Kind = Literal["dmarc", "tls"]
DAY_MS: Final = 86_400_000
MOST_SUMMED: Final = 5000
MOST_NAMED: Final = 50


class EmailReportView(BaseModel):
    """A report. For `dmarc` messages are counted, for `tls` sessions; `detail` is what the reporter says, row by row, or policy by policy."""

    id: str
    object: str
    kind: Kind
    domain: str
    reporter: str
    report_id: str
    begins_at: str
    ends_at: str
    passed: int
    failed: int
    detail: dict[str, Any] | None
    created_at: str


class ReadReportsView(BaseModel):
    """What was read of a file: the reports that are new, and how many were kept already."""

    object: str
    reports: list[EmailReportView]
    repeated: int


class ReportedDayView(BaseModel):
    """One day's messages or sessions."""

    day: str
    passed: int
    failed: int


class ReportedSourceView(BaseModel):
    """Who sent in the domain's name. `failed` mail of an address that is not yours is forged; of one that is, a record is wrong."""

    source: str
    passed: int
    failed: int
    dispositions: dict[str, int]


class EmailReportSummaryView(BaseModel):
    """Reports added up: per day, per source, and why TLS failed."""

    object: str
    kind: Kind
    reports: int
    passed: int
    failed: int
    reporters: dict[str, int]
    days: list[ReportedDayView]
    sources: list[ReportedSourceView]
    failures: dict[str, int]


def shown(row: Row, *, whole: bool) -> dict[str, Any]:
    """Return a report in its wire form; `whole` shows what it says in detail."""
    found = {"id": row["id"], "object": "email_report"} | {
        name: row[name] for name in ("kind", "domain", "reporter", "report_id", "passed", "failed")
    }
    found |= {name: clock.rfc3339(row[name]) for name in ("begins_at", "ends_at", "created_at")}
    return {**found, "detail": row["body"] if whole else None}


def receive(actor: Actor, content: bytes) -> dict[str, Any]:
    """Read a file or a mail and keep the reports in it, each once. Raises Unprocessable."""
    permit(actor, "email:write")
    found = reports_in(content)
    own = [one for one in found if signing.is_verified(actor.tenant_id, actor.mode, one.domain)]
    if not own:
        raise Unprocessable(f"It is about {found[0].domain}, which is not one of your verified domains.", code="report_of_another")
    with database.transaction():
        kept = [shown(row, whole=False) for row in [_keep(actor, one) for one in own] if row]
    return {"object": "read_reports", "reports": kept, "repeated": len(own) - len(kept)}


def deliver(content: bytes) -> int:
    """Keep the reports in a mail for the tenants whose domains they are about, whoever's mailbox it came to; returns how many are new.

    Raises Unprocessable for what is no report, or is about nobody's domain.
    """
    found = reports_in(content)
    owned = [(system_actor(row["tenant_id"], row["mode"]), one) for one in found for row in sending_domains.verified(ancestry(one.domain))[:1]]
    if not owned:
        raise Unprocessable(f"It is about {found[0].domain}, which nobody here has verified.", code="report_of_another")
    with database.transaction():
        return sum(_keep(actor, one) is not None for actor, one in owned)


def _keep(actor: Actor, report: Report) -> Row | None:
    row: Row = {"id": ids.new_id("rep"), "begins_at": report.begins_ms, "ends_at": report.ends_ms, "created_at": clock.now_ms()}
    row |= {name: getattr(report, name) for name in ("kind", "domain", "reporter", "report_id", "passed", "failed", "body")}
    if not email_reports.insert(actor.tenant_id, actor.mode, row):
        return None
    events.emit(actor, "email_report.received", row["id"], record=shown(row, whole=False))
    return row


def get(actor: Actor, report_id: str) -> dict[str, Any]:
    """Return a report with all it says. Raises Missing."""
    permit(actor, "email:read")
    row = email_reports.find(actor.tenant_id, actor.mode, report_id)
    if row is None:
        raise Missing(f"There is no report '{report_id}'.")
    return shown(row, whole=True)


def list_page(
    actor: Actor, cursor: str | None, limit: int, *, kind: str | None = None, domain: str | None = None
) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of reports, the newest first, and the cursor of the next."""
    permit(actor, "email:read")
    filters = {"kind": kind, "domain": domain}
    found, following = pages.page(
        pages.scope_of(actor, "email_reports", kind, domain),
        cursor,
        limit,
        lambda after, most: email_reports.page(actor.tenant_id, actor.mode, filters, after, most),
    )
    return [shown(row, whole=False) for row in found], following


def summary(actor: Actor, *, kind: str = "dmarc", domain: str | None = None, days: int = 30) -> dict[str, Any]:
    """Return the reports of the last days added up; of a very busy domain, the latest MOST_SUMMED."""
    permit(actor, "email:read")
    since = clock.now_ms() - days * DAY_MS
    filters = {"kind": kind, "domain": domain, "since": since}
    return {"object": "email_report_summary", "kind": kind, **_added_up(email_reports.walk(actor.tenant_id, actor.mode, filters, MOST_SUMMED))}


def _added_up(rows: Iterable[Row]) -> dict[str, Any]:
    reporters: Counter[str] = Counter()
    by_day: dict[str, Counter[str]] = {}
    sources: dict[str, Counter[str]] = {}
    failures: Counter[str] = Counter()
    for row in rows:
        reporters[row["reporter"]] += 1
        by_day.setdefault(clock.rfc3339(row["begins_at"])[:10], Counter()).update(passed=row["passed"], failed=row["failed"])
        for one in row["body"].get("rows", ()):
            passed = "pass" in {one["dkim"], one["spf"]}
            sources.setdefault(one["source"], Counter()).update(
                {"passed" if passed else "failed": one["count"], f"={one['disposition']}": one["count"]}
            )
        for policy in row["body"].get("policies", ()):
            failures.update({one["result_type"] or "unknown": one["count"] for one in policy["failures"]})
    counts = Counter[str]()
    for day in by_day.values():
        counts.update(day)
    return {
        "reports": reporters.total(),
        "passed": counts["passed"],
        "failed": counts["failed"],
        "reporters": dict(reporters.most_common(MOST_NAMED)),
        "days": [{"day": day, "passed": by_day[day]["passed"], "failed": by_day[day]["failed"]} for day in sorted(by_day)],
        "sources": [_source(name, sources[name]) for name in sorted(sources, key=lambda one: (-sources[one]["failed"], one))[:MOST_NAMED]],
        "failures": dict(failures.most_common(MOST_NAMED)),
    }


def _source(name: str, counted: Counter[str]) -> dict[str, Any]:
    dispositions = {key[1:]: count for key, count in counted.items() if key.startswith("=") and key != "=None"}
    return {"source": name, "passed": counted["passed"], "failed": counted["failed"], "dispositions": dispositions}
