"""Deliverability: how mail fared, added up by stream, domain, provider or day from counters of whole hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, create_model

from server.domain.permissions import permit
from server.store import email_figures
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.domain.actor import Actor

DAY_MS: Final = 86_400_000
COUNTED: Final = (
    "sent", "delivered", "deferred", "bounced", "complained", "suppressed", "expired", "failed", "opened", "clicked", "unsubscribed",
    "prefetched", "scanned",
)  # fmt: skip
"""Outcomes: of attempts up to `failed`, and of recipients after. What programs loaded is never counted as opened or clicked."""


class EmailFigures(BaseModel):
    """How mail fared, by outcome. Of what did not arrive at once `reasons` says why, by outcome."""

    reasons: dict[str, dict[str, int]]


EmailCounts = create_model("EmailCounts", __base__=EmailFigures, **dict.fromkeys(COUNTED, (int, ...)))  # type: ignore[call-overload]
EmailGroupView = create_model("EmailGroupView", __base__=EmailCounts, key=(str, ...))


class EmailStatsView(BaseModel):
    """How mail fared since a moment, in all and by group. `prefetched` and `scanned` are opens and clicks that no person made."""

    object: str
    by: str
    since: str
    total: EmailCounts
    groups: list[EmailGroupView]


def read(actor: Actor, by: str, days: int, filters: Mapping[str, str]) -> dict[str, Any]:
    """Return how mail fared in the last days; `by` and the filters are of `email_figures.DIMENSIONS`."""
    permit(actor, "email:read")
    since = clock.now_ms() - days * DAY_MS
    since -= since % email_figures.HOUR_MS
    total, groups = _none(), dict[str, dict[str, Any]]()
    for group, outcome, reason, count in email_figures.added_up(actor.tenant_id, actor.mode, by, since, filters):
        key = clock.rfc3339(group * DAY_MS)[:10] if by == "day" else group
        for counts in (total, groups.setdefault(key, {"key": key, **_none()})):
            counts[outcome] = counts.get(outcome, 0) + count
            if reason:
                why = counts["reasons"].setdefault(outcome, {})
                why[reason] = why.get(reason, 0) + count
    return {"object": "email_stats", "by": by, "since": clock.rfc3339(since), "total": total, "groups": list(groups.values())}


def _none() -> dict[str, Any]:
    return {**dict.fromkeys(COUNTED, 0), "reasons": {}}
