"""What providers mean by their replies, as rules: who said what how often, and what is done about it for how long.

The first rule that fits a reply counts. `pause` sends nothing to the site for the time; `slow` halves its rate; both end by themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

_HOUR_MS: Final = 3_600_000
_MINUTE_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Reaction:
    """A rule: `strikes` replies like the pattern within a time, of one site or of any, lead to the action."""

    key: str
    site: str | None
    pattern: re.Pattern[str]
    strikes: int
    within_ms: int
    action: Literal["pause", "slow"]
    for_ms: int


def _rule(key: str, site: str | None, pattern: str, strikes: int, action: Literal["pause", "slow"], minutes: int) -> Reaction:
    return Reaction(key, site, re.compile(pattern, re.IGNORECASE), strikes, _HOUR_MS, action, minutes * _MINUTE_MS)


REACTIONS: Final = (
    _rule("yahoo_complaints", "yahoo", r"\[TSS0?4\]|\[TS0?[1-4]\]", 3, "pause", 120),
    _rule("yahoo_deferred", "yahoo", r"temporarily deferred|\[GL0?1\]|\[TS0?[5-9]\]", 5, "slow", 60),
    _rule("google_rate", "google", r"4\.7\.28|4\.7\.0.*(?:unusual rate|rate of unsolicited)", 3, "pause", 60),
    _rule("google_blocked", "google", r"^550.*5\.7\.(?:1|28).*(?:unsolicited|likely)", 5, "pause", 240),
    _rule("google_quick", "google", r"try again later.*gsmtp|4\.2\.1.*too quickly", 10, "slow", 30),
    _rule("outlook_reputation", "outlook", r"\bRP-00[1-3]\b|\bS77[0-9]\b", 2, "pause", 120),
    _rule("outlook_blocked", "outlook", r"\bS3(?:140|150)\b|\bSC-00[1-4]\b|block list", 3, "pause", 360),
    _rule("outlook_authentication", "outlook", r"5\.7\.515", 1, "pause", 1440),
    _rule("office365_throttled", "office365", r"4\.7\.(?:500|650)|AS\(\d+\)|server busy", 3, "pause", 60),
    _rule("office365_blocked", "office365", r"5\.7\.(?:606|607|708)", 3, "pause", 360),
    _rule("apple_reputation", "apple", r"\[(?:CS01|HM0[78])\]|local policy", 3, "pause", 120),
    _rule("comcast_throttled", "comcast", r"\bRL0000\d+\b|throttled", 3, "pause", 60),
    _rule("comcast_blocked", "comcast", r"\bBL0000\d+\b", 2, "pause", 360),
    _rule("orange_slow", "orange", r"OFR_?(?:004|104|108|999)", 3, "pause", 60),
    _rule("orange_blocked", "orange", r"OFR_?(?:005|006|506)", 3, "pause", 240),
    _rule("gmx_throttled", "gmx", r"requested action aborted|Nemesis|try again later", 5, "slow", 60),
    _rule("gmx_reputation", "gmx", r"bad (?:dns|reputation)|policy reasons", 3, "pause", 240),
    _rule("telekom_blocked", "t-online", r"please contact|\bIP=\S+.*(?:blocked|bad reputation)", 2, "pause", 720),
    _rule("qq_frequency", "qq", r"frequency limited|suspected bounce|Connection frequency", 3, "pause", 60),
    _rule("netease_rate", "netease", r"\bMI:(?:DMC|IMF|SFQ|SPB|STC)\b|\bDT:SPM\b", 3, "pause", 120),
    _rule("yandex_spam", "yandex", r"spam|suspicion|too many", 5, "pause", 120),
    _rule("mailru_limit", "mailru", r"spam message|ratelimit|too many", 5, "pause", 120),
    _rule("proofpoint_blocked", "proofpoint", r"\bPDR\b|ipcheck|dynamic reputation", 3, "pause", 240),
    _rule("mimecast_greylisted", "mimecast", r"rate limit|too many", 3, "slow", 60),
    _rule("barracuda_blocked", "barracuda", r"barracudacentral|poor reputation", 3, "pause", 240),
    _rule("charter_blocked", "charter", r"\bE\d{4}\b|\bAUP#", 3, "pause", 240),
    _rule("att_blocked", "att", r"abuse_rbl|\bDNSBL\b", 3, "pause", 720),
    _rule("cox_limits", "cox", r"\bAUP#|\bCXSMXCNT|CXMXRT|CXSNDR", 3, "pause", 120),
    _rule("listed_anywhere", None, r"spamhaus|blocked using|listed (?:at|in|on|by)|\bRBL\b|\bDNSBL\b", 5, "pause", 240),
    _rule("limited_anywhere", None, r"^4.*(?:too many|rate limit|throttl|limit exceeded|too fast|4\.7\.28|slow down)", 3, "slow", 30),
    _rule("shut_anywhere", None, r"^421 ", 10, "pause", 15),
)
SLOWEST_SHARE: Final = 16
"""A site is slowed to no less than this part of its rate."""


def reaction(site: str, code: int, text: str) -> Reaction | None:
    """Return the rule that a refusal falls under, or None."""
    said = f"{code} {text}"
    return next((rule for rule in REACTIONS if rule.site in {None, site} and rule.pattern.search(said)), None)


def struck(strikes: list[int], rule: Reaction, now_ms: int) -> list[int]:
    """Return the moments that still count for a rule, this one included; as many as the rule's strikes lead to its action."""
    return [*(moment for moment in strikes if moment > now_ms - rule.within_ms), now_ms][-rule.strikes :]
