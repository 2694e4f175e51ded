"""What a daily report is made of: how a tenant's live mail stands now, and what happened to it in a span of time. It reads and writes nothing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.domain.mail.daily_changes import DAY_MS, Change, Picture, growth
from server.store import blocklist_listings, email_daily_reports, email_reports, email_streams, email_suppressions, email_throttles, sending_domains
from server.system import ids

if TYPE_CHECKING:
    from collections.abc import Iterator

MODE: Final = "live"
USUAL_MS: Final = 28 * DAY_MS
"""What came in so long a time before says what is usual, and which sources are known."""
_MOST_ACTS: Final = 200
_MOST_SITES: Final = 500
_MOST_REPORTS: Final = 1000
_MOST_SOURCES: Final = 20
# Somebody put these there on purpose, and knows.
_ON_PURPOSE: Final = frozenset({"manual", "imported", "blocklist"})


def take(tenant_id: str) -> Picture:
    """Return how a tenant's mail stands."""
    domains, listings = {}, {}
    for row in sending_domains.of_tenant(tenant_id, MODE):
        findings = orjson.loads(row["findings"])
        domains[row["name"]] = {"status": row["status"], "known": {one["check"]: [one["known"], one["detail"]] for one in findings if one["known"]}}
        listings[row["name"]] = dict(text.split(" ", 1) for one in findings if one["check"] == "blocklists" for text in one["found"])
    if domains:
        for row in blocklist_listings.list_all():
            listings.setdefault(row["subject"], {})[row["zone"]] = row["state"]
    throttles = email_throttles.page(tenant_id, MODE, "", _MOST_SITES)
    return Picture(domains, listings, {row["site"]: [row["paused_until"], row["reply"] or ""] for row in throttles if row["paused_until"]})


def happened(tenant_id: str, since_ms: int, until_ms: int) -> list[Change]:
    """Return what happened between two moments and left no state behind: acts on streams, new failing sources, suppressions beyond the usual."""
    return [*_acts(tenant_id, since_ms, until_ms), *_sources(tenant_id, since_ms, until_ms), *_growth(tenant_id, since_ms, until_ms)]


def _acts(tenant_id: str, since_ms: int, until_ms: int) -> Iterator[Change]:
    for action, stream_id, changes in email_daily_reports.stream_acts(tenant_id, MODE, since_ms, until_ms, _MOST_ACTS):
        what = action.partition(".")[2]
        row = email_streams.find(tenant_id, MODE, stream_id)
        if row is not None and what in {"paused", "resumed", "warned"}:
            yield Change("sending", f"stream_{what}", {"stream": row["name"]}, (orjson.loads(changes or "{}").get("reason") or ["", ""])[1])


def _sources(tenant_id: str, since_ms: int, until_ms: int) -> Iterator[Change]:
    """Yield who fails in reports that came in the span, and in none before."""
    span = {"from_id": ids.first_of("rep", since_ms), "before_id": ids.first_of("rep", until_ms)}
    new = _failing(tenant_id, span)
    if not new:
        return
    known = _failing(tenant_id, {"from_id": ids.first_of("rep", since_ms - USUAL_MS), "before_id": span["from_id"]})
    for (kind, domain, source, why), count in (new - Counter(dict.fromkeys(known, new.total()))).most_common(_MOST_SOURCES):
        yield Change("sources", f"{kind}_source", {"domain": domain, "source": source, "count": count}, why)


def _failing(tenant_id: str, span: dict[str, str]) -> Counter[tuple[str, str, str, str]]:
    """Return what failed in reports, counted by `(kind, domain, source, why)`."""
    found: Counter[tuple[str, str, str, str]] = Counter()
    for report in email_reports.walk(tenant_id, MODE, span, _MOST_REPORTS):
        if not report["failed"]:
            continue
        for row in report["body"].get("rows", ()):
            if "pass" not in {row["dkim"], row["spf"]}:
                found["dmarc", report["domain"], row["source"], ""] += row["count"]
        for policy in report["body"].get("policies", ()):
            for failure in policy["failures"]:
                found["tls", report["domain"], report["reporter"], _why(failure)] += failure["count"]
    return found


def _why(failure: dict[str, Any]) -> str:
    return " ".join(str(failure[name]) for name in ("result_type", "receiving_mx_hostname") if failure.get(name))


def _growth(tenant_id: str, since_ms: int, until_ms: int) -> list[Change]:
    begin, end = ids.first_of("sup", since_ms), ids.first_of("sup", until_ms)
    added = email_suppressions.added(tenant_id, MODE, begin, end)
    earlier = email_suppressions.added(tenant_id, MODE, ids.first_of("sup", since_ms - USUAL_MS), begin)
    return growth({reason: count for reason, count in added.items() if reason not in _ON_PURPOSE}, earlier, until_ms - since_ms, USUAL_MS)
