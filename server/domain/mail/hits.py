"""Hits: who it was that loaded a pixel or followed a link, by a table of rules; the first that fits names the kind.

One hit says little: scanners call themselves what people's browsers do. So a hit is judged with all those of the same recipient
within `WINDOW_MS` before and after, once these can be known.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Kind = Literal["human", "prefetch", "bot"]
WINDOW_MS: Final = 60_000
_BURST_MS: Final = 5_000
_BURST: Final = 3
_AT_ONCE_MS: Final = 2_000
_SCANNERS: Final = re.compile(
    r"bot\b|crawl|spider|slurp|scan|preview|monitor|headless|phantom|curl/|wget|python|aiohttp|httpx|java/|okhttp|go-http|libwww|perl|ruby|"
    r"barracuda|mimecast|proofpoint|trendmicro|symantec|forcepoint|fortinet|cisco|ironport|sophos|safelinks|microsoft office existence|bingpreview|"
    r"validator|zgrab|nmap|facebookexternalhit|whatsapp|telegram|slack|skypeuripreview",
    re.IGNORECASE,
)
_PROXIES: Final = re.compile(r"googleimageproxy|ggpht\.com|yahoomailproxy|yahoocachesystem|outlookimageproxy|applemail|cloudmail", re.IGNORECASE)


class Hit(NamedTuple):
    """One request for an address in a mail. `sent_ms` is when the mail reached its server; a message has so many `links`."""

    kind: Literal["open", "click", "trap"]
    at_ms: int
    method: str = "GET"
    agent: str = ""
    place: int = 0
    links: int = 0
    sent_ms: int | None = None


class Judgement(NamedTuple):
    """Who it was, and by which rule."""

    kind: Kind
    rule: str


class Rule(NamedTuple):
    """A rule: what it says of a hit, given the hits around it."""

    name: str
    kind: Kind
    fits: Callable[[Hit, Sequence[Hit]], bool]


def _is_early(hit: Hit) -> bool:
    return hit.sent_ms is not None and hit.at_ms - hit.sent_ms < _AT_ONCE_MS


def _followed(around: Sequence[Hit], hit: Hit, span_ms: int) -> int:
    """Return the most links that were followed within one span of time around a hit."""
    clicks = [one for one in around if one.kind == "click"]
    begins = [one.at_ms for one in around if hit.at_ms - span_ms <= one.at_ms <= hit.at_ms]
    return max((len({one.place for one in clicks if begin <= one.at_ms <= begin + span_ms}) for begin in begins), default=0)


def _all_links(hit: Hit, around: Sequence[Hit]) -> bool:
    links = max(one.links for one in around)
    return links >= _BURST and _followed(around, hit, WINDOW_MS) >= links


RULES: Final = (
    Rule("method", "bot", lambda hit, _: hit.method != "GET"),
    Rule("trap", "bot", lambda _, around: any(one.kind == "trap" for one in around)),
    Rule("no_agent", "bot", lambda hit, _: not hit.agent.strip()),
    Rule("image_proxy", "prefetch", lambda hit, _: hit.kind == "open" and bool(_PROXIES.search(hit.agent))),
    # Apple's privacy protection loads every picture whether the mail is read or not, and calls itself no more than this.
    Rule("mail_privacy", "prefetch", lambda hit, _: hit.kind == "open" and hit.agent.strip() == "Mozilla/5.0"),
    Rule("scanner", "bot", lambda hit, _: bool(_SCANNERS.search(hit.agent))),
    Rule("all_links", "bot", _all_links),
    Rule("burst", "bot", lambda hit, around: _followed(around, hit, _BURST_MS) >= _BURST),
    Rule("followed_at_once", "bot", lambda hit, _: hit.kind == "click" and _is_early(hit)),
    Rule("loaded_at_once", "prefetch", lambda hit, _: _is_early(hit)),
)


def judge(hit: Hit, hits: Sequence[Hit]) -> Judgement:
    """Return who made a hit, given all of its recipient's."""
    around = [one for one in hits if abs(one.at_ms - hit.at_ms) <= WINDOW_MS] or [hit]
    for rule in RULES:
        if rule.fits(hit, around):
            return Judgement(rule.kind, rule.name)
    return Judgement("human", "none")
