"""Reading reports of TLS between mail servers (RFC 8460): one report for each domain that a file speaks of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from server.domain.mail.markup import unreadable
from server.domain.mail.names import ascii_name
from server.domain.mail.received_reports import Report

MOST_POLICIES: Final = 100
MOST_FAILURES: Final = 1000
_DETAILS: Final = ("result-type", "sending-mta-ip", "receiving-mx-hostname", "receiving-ip", "failure-reason-code")


def parse(content: bytes) -> list[Report]:
    """Return what a file reports, domain by domain. Raises Unprocessable (`report_unreadable`)."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise unreadable("It is not JSON.") from None
    policies = found.get("policies") if isinstance(found, dict) else None
    if not isinstance(policies, list):
        raise unreadable("It names no policies.")
    by_domain: dict[str, list[Mapping[str, Any]]] = {}
    for policy in filter(_is_object, policies[:MOST_POLICIES]):
        domain = ascii_name(_text(_inside(policy, "policy"), "policy-domain"))
        if domain is not None:
            by_domain.setdefault(domain, []).append(policy)
    if not by_domain:
        raise unreadable("It names no domain.")
    return [_report(found, domain, some) for domain, some in by_domain.items()]


def _report(found: Mapping[str, Any], domain: str, policies: list[Mapping[str, Any]]) -> Report:
    period = _inside(found, "date-range")
    begins, ends = _moment(_text(period, "start-datetime")), _moment(_text(period, "end-datetime"))
    shown = [_policy(one) for one in policies]
    return Report(
        kind="tls",
        domain=domain,
        reporter=_text(found, "organization-name") or "unknown",
        report_id=_text(found, "report-id") or f"{begins}-{ends}",
        begins_ms=begins,
        ends_ms=ends,
        passed=sum(one["passed"] for one in shown),
        failed=sum(one["failed"] for one in shown),
        body={"contact": _text(found, "contact-info"), "policies": shown},
    )


def _policy(one: Mapping[str, Any]) -> dict[str, Any]:
    policy, summary = _inside(one, "policy"), _inside(one, "summary")
    details = one.get("failure-details")
    failures = [_failure(detail) for detail in (details if isinstance(details, list) else [])[:MOST_FAILURES] if _is_object(detail)]
    counts = {"passed": _count(summary, "total-successful-session-count"), "failed": _count(summary, "total-failure-session-count")}
    return {"type": _text(policy, "policy-type"), **counts, "failures": failures}


def _failure(detail: Mapping[str, Any]) -> dict[str, Any]:
    return {name.replace("-", "_"): _text(detail, name) for name in _DETAILS} | {"count": _count(detail, "failed-session-count")}


def _is_object(found: object) -> bool:
    return isinstance(found, dict)


def _inside(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = found.get(name)
    return inner if isinstance(inner, dict) else {}


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    return " ".join(value.split())[:500] if isinstance(value, str) else ""


def _count(found: Mapping[str, Any], name: str) -> int:
    value = found.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**12 else 0


def _moment(text: str) -> int:
    try:
        return int(datetime.fromisoformat(text).timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        raise unreadable("It does not say which time it is about.") from None
