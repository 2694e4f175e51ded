"""Reading DMARC aggregate reports: those of RFC 7489, of RFC 9990, and the older ones that are still sent."""

from __future__ import annotations

from typing import Any, Final

from server.domain.mail import markup
from server.domain.mail.markup import Element, unreadable
from server.domain.mail.names import ascii_name
from server.domain.mail.received_reports import Report

MOST_ROWS: Final = 50_000
_POLICY: Final = ("p", "sp", "np", "adkim", "aspf", "testing", "fo", "discovery_method")
_LATEST: Final = 2**33


def parse(content: bytes) -> Report:
    """Return what a report says. Raises Unprocessable (`report_unreadable`)."""
    outermost = markup.parse(content)
    # One reporter wraps its report into the opening of a schema.
    root = outermost if outermost.name == "feedback" else outermost.first("feedback")
    if not root.children:
        raise unreadable(f"Its outermost element is '{outermost.name}', not 'feedback'.")
    about, published = root.first("report_metadata"), root.first("policy_published")
    domain = ascii_name(published.value("domain"))
    if domain is None:
        raise unreadable("It names no domain.")
    rows = [_row(record) for record in root.all("record")[:MOST_ROWS]]
    period = about.first("date_range")
    begins, ends = _moment(period.value("begin")), _moment(period.value("end"))
    passed = sum(row["count"] for row in rows if "pass" in {row["dkim"], row["spf"]})
    policy = {name: published.value(name) for name in _POLICY if published.value(name)}
    return Report(
        kind="dmarc",
        domain=domain,
        reporter=about.value("org_name") or about.value("email") or "unknown",
        report_id=about.value("report_id") or f"{begins}-{ends}",
        begins_ms=begins * 1000,
        ends_ms=ends * 1000,
        passed=passed,
        failed=sum(row["count"] for row in rows) - passed,
        body={"contact": about.value("email"), "policy": policy, "errors": [one.text[:500] for one in about.all("error")[:20]], "rows": rows},
    )


def _row(record: Element) -> dict[str, Any]:
    row, names, results = record.first("row"), record.first("identifiers"), record.first("auth_results")
    judged = row.first("policy_evaluated")
    found: dict[str, Any] = {"source": row.value("source_ip"), "count": _number(row.value("count"))}
    found |= {name: judged.value(name) or None for name in ("disposition", "dkim", "spf")}
    reasons = [{"type": one.value("type"), "comment": one.value("comment")} for one in judged.all("reason")[:10]]
    found["reasons"] = [one for one in reasons if any(one.values())]
    found |= {name: names.value(name) or None for name in ("header_from", "envelope_from", "envelope_to")}
    for method, parts in (("dkim", ("domain", "selector", "result")), ("spf", ("domain", "scope", "result"))):
        found[f"{method}_results"] = [{part: one.value(part) or None for part in parts} for one in results.all(method)[:20]]
    return found


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else 0


def _moment(text: str) -> int:
    seconds = text.partition(".")[0]
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 12) or int(seconds) > _LATEST:
        raise unreadable("It does not say which time it is about.")
    return int(seconds)
