"""The dashboard of deliverability."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.services.email import stats
from server.services.email.stats import EmailStatsView
from server.web.calls import Answer, answer
from server.web.routes import Group, Parameter

if TYPE_CHECKING:
    from server.web.calls import Call

_BY: Final = ("day", "stream", "domain", "provider")
_MOST_DAYS: Final = 400
_FILTERS: Final = ("stream", "domain", "provider")
_TEXT: Final[dict[str, Any]] = {"type": "string"}


def get_email_stats(call: Call) -> Answer:
    """Add up how mail fared."""
    days = call.number("days", 7, 1, _MOST_DAYS)
    return answer(stats.read(call.actor, call.choice("by", "day", _BY), days, call.filters(*_FILTERS)))


_QUERY: Final = (
    Parameter("by", {"type": "string", "enum": list(_BY), "default": "day"}, "What the figures are grouped by."),
    Parameter("days", {"type": "integer", "minimum": 1, "maximum": _MOST_DAYS, "default": 7}, "How many days back."),
    Parameter("stream", _TEXT, "Only mail of this stream."),
    Parameter("domain", _TEXT, "Only mail from this domain."),
    Parameter("provider", _TEXT, "Only mail to this provider, or to this domain."),
)
_GROUP: Final = Group("/api/v1/email/stats", "Email", "email")
ROUTES: Final = [_GROUP.get("", get_email_stats, "Add up how mail fared, by day, stream, domain or provider", answer=EmailStatsView, query=_QUERY)]
