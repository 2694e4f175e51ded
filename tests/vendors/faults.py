"""The deck of faults: what vendors, and the networks before them, are known to do, each played on the calls that a test chooses.

An answer made or spoilt by a fault is never held against the description: it is what the vendor would not answer on a good day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal

from tests.vendors.messages import Answer, Call
from tests.vendors.timing import http_date

if TYPE_CHECKING:
    from tests.vendors.vendor import MockVendor

WAIT = 7
HTML = b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"
HUGE = 64 * 1024 * 1024
Stage = Literal["instead", "before", "during", "after"]


def limited(headers: Callable[[MockVendor], dict[str, str]]) -> Callable[[MockVendor, Call], Answer]:
    """Return a throttle with these headers and a body that says nothing."""
    return lambda vendor, _: Answer(429, headers(vendor))


def failing(status: int) -> Callable[[MockVendor, Call], Answer]:
    return lambda _vendor, _call: Answer(status, {"content-type": "text/plain"}, b"upstream failure")


def redirected(_vendor: MockVendor, call: Call) -> Answer:
    return Answer(302, {"location": f"https://elsewhere.example{call.path}"})


# Played in place of the vendor's own answer; the vendor does nothing.
INSTEAD: dict[str, Callable[[MockVendor, Call], Answer]] = {
    "limited_seconds": limited(lambda _: {"retry-after": str(WAIT)}),
    "limited_date": limited(lambda vendor: {"retry-after": http_date(vendor.clock.now() + WAIT * 1000)}),
    "limited_bare": limited(lambda _: {}),
    "limited_vendor": lambda vendor, _: vendor.personality.throttled(WAIT),
    "error_500": failing(500),
    "error_502": failing(502),
    "error_503": failing(503),
    "html_page": lambda _vendor, _call: Answer(502, {"content-type": "text/html"}, HTML),
    "html_success": lambda _vendor, _call: Answer(200, {"content-type": "text/html"}, HTML),
    "huge_page": lambda _vendor, _call: Answer(200, {"content-type": "application/json"}, b'["' + b"x" * HUGE + b'"]'),
    "redirected": redirected,
    "unauthorized": lambda vendor, call: vendor.personality.unauthorized(call),
    "forbidden": lambda vendor, call: vendor.personality.forbidden(call),
    "expired_token": lambda vendor, call: vendor.personality.expired(call),
}
# Done to the vendor before it answers as ever.
BEFORE: dict[str, Callable[[MockVendor], None]] = {
    "revoked_grant": lambda vendor: vendor.identity.revoke_all(),
    "rotated_token": lambda vendor: vendor.identity.expire_access(),
    "clock_ahead": lambda vendor: setattr(vendor.clock, "skew", 600_000),
    "clock_behind": lambda vendor: setattr(vendor.clock, "skew", -600_000),
}
# Done to the vendor's answer, which it meant.
AFTER: dict[str, Callable[[Answer], Answer]] = {
    "reset_mid_body": lambda answer: replace(answer, delivery="reset"),
    "slow_drip": lambda answer: replace(answer, delivery="drip"),
    "truncated_json": lambda answer: replace(answer, body=answer.body[: max(1, len(answer.body) * 2 // 3)]),
    "lost_answer": lambda answer: replace(answer, body=b"", headers={}, delivery="reset"),
}
# Seen by the one place that cuts pages; the vendor answers, but wrongly.
DURING = ("repeated_token", "duplicate_row")
# Done to a row as it is shown, again and again until the row is mended.
MISCHIEF = ("malformed_row", "unknown_field", "null_required")
STAGES: dict[str, Stage] = {
    **dict.fromkeys(INSTEAD, "instead"),
    **dict.fromkeys(BEFORE, "before"),
    **dict.fromkeys(DURING, "during"),
    **dict.fromkeys(AFTER, "after"),
}


@dataclass
class Card:
    """One fault, to be played on the calls that match, from the `first` of them on, as often as said."""

    fault: str
    on: str
    first: int
    times: int
    seen: int = 0
    played: int = 0

    def due(self, call: Call) -> bool:
        if not fnmatchcase(f"{call.method} {call.path}", self.on):
            return False
        self.seen += 1
        if self.seen < self.first or self.played >= self.times:
            return False
        self.played += 1
        return True


@dataclass
class Deck:
    """The faults still to come, and what a test does to the vendor between two calls."""

    cards: list[Card] = field(default_factory=list)
    between: list[tuple[Card, Callable[[], object]]] = field(default_factory=list)
    current: set[str] = field(default_factory=set)

    def play(self, fault: str, *, on: str = "*", first: int = 1, times: int = 1) -> Card:
        """Lay out a fault for the calls whose `METHOD /path` matches."""
        assert fault in STAGES, f"no such fault: {fault}"
        self.cards.append(Card(fault, on, first, times))
        return self.cards[-1]

    def before_call(self, act: Callable[[], object], *, on: str = "*", first: int = 1) -> None:
        """Do something just before a call is answered: edit or delete a row while it is being paged over."""
        self.between.append((Card("between", on, first, 1), act))

    def draw(self, call: Call) -> list[str]:
        """Return the faults of this call, after what a test does before it. Only one takes the answer's place; the next waits for the next call."""
        for card, act in self.between:
            if card.due(call):
                act()
        drawn: list[str] = []
        for card in self.cards:
            taken = card.fault in INSTEAD and any(each in INSTEAD for each in drawn)
            if not taken and card.due(call):
                drawn.append(card.fault)
        return drawn
