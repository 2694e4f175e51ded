"""What changed in a tenant's mail since it was last told of: two pictures compared, and nothing said of what stayed as it was.

What cannot be looked at now (`unknown`) keeps what was known: neither its beginning nor its end is a change.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Section = Literal["sending", "listings", "domains", "keys", "sources", "suppressions"]
SECTIONS: Final[tuple[Section, ...]] = ("sending", "listings", "domains", "keys", "sources", "suppressions")
"""In the order in which they are told: what stops mail comes first."""
SEVERITY: Final = {"ok": 0, "optional": 0, "warning": 1, "failed": 2}
_APART: Final = frozenset({"blocklists", "key_age"})
LEAST_GROWTH: Final = 20
GROWTH: Final = 3
DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed: `what` names the sentence that tells it, `values` fills it, `detail` is in the words of who noticed."""

    section: Section
    what: str
    values: Mapping[str, Any] = field(default_factory=dict)
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """How a tenant's mail stands. Everything in it is text and numbers, so that it can be kept as JSON.

    `domains` is `{name: {"status", "known": {check: [state, detail]}}}`, `listings` is `{subject: {zone: state}}`, `sites` is
    `{site: [paused until, why]}` of those that were ever paused.
    """

    domains: Mapping[str, Any] = field(default_factory=dict)
    listings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sites: Mapping[str, Any] = field(default_factory=dict)


def compared(before: Picture, after: Picture, since_ms: int, now_ms: int) -> list[Change]:
    """Return what changed from one picture to the other; `since_ms` is when the first was told."""
    return [*_sites(before, after, since_ms, now_ms), *_listings(before, after), *_domains(before, after)]


def settled(before: Picture, after: Picture) -> Picture:
    """Return the later picture, in which what nobody could say of is as it was known before."""
    return replace(after, listings={subject: _known(before.listings.get(subject, {}), zones) for subject, zones in after.listings.items()})


def _known(before: Mapping[str, str], zones: Mapping[str, str]) -> dict[str, str]:
    found = {zone: before.get(zone, "unknown") if state == "unknown" else state for zone, state in zones.items()}
    return {**before, **found}


def _sites(before: Picture, after: Picture, since_ms: int, now_ms: int) -> Iterator[Change]:
    for site, (until, why) in after.sites.items():
        told = before.sites.get(site, [0, ""])[0]
        if until > max(told, since_ms):
            yield Change("sending", "site_paused" if until > now_ms else "site_was_paused", {"site": site, "until": until}, why)
        elif told > since_ms and until <= now_ms:
            yield Change("sending", "site_resumed", {"site": site})


def _listings(before: Picture, after: Picture) -> Iterator[Change]:
    for subject, zones in after.listings.items():
        known = before.listings.get(subject, {})
        for zone, state in zones.items():
            if state == "listed" != known.get(zone):
                yield Change("listings", "listed", {"subject": subject, "zone": zone})
            elif state == "clean" and known.get(zone) == "listed":
                yield Change("listings", "unlisted", {"subject": subject, "zone": zone})


def _domains(before: Picture, after: Picture) -> Iterator[Change]:
    for name in before.domains:
        if name not in after.domains:
            yield Change("domains", "domain_removed", {"domain": name})
    for name, now in after.domains.items():
        known = before.domains.get(name)
        if known is None:
            yield Change("domains", "domain_added", {"domain": name, "status": now["status"]})
            continue
        if known["status"] != now["status"]:
            yield Change("domains", "domain_status", {"domain": name, "before": known["status"], "status": now["status"]})
        for check, (state, detail) in now["known"].items():
            yield from _finding(name, check, known["known"].get(check, [None])[0], state, detail)


def _finding(domain: str, check: str, before: str | None, state: str, detail: str) -> Iterator[Change]:
    """Yield how one finding changed; what nobody has looked at before is no change."""
    was, now = SEVERITY.get(before or ""), SEVERITY.get(state)
    if was is None or now is None or was == now:
        return
    if check == "key_age":
        yield Change("keys", "keys_due" if now > was else "keys_fresh", {"domain": domain}, detail if now > was else "")
    elif check not in _APART:
        what = "finding_failed" if now == SEVERITY["failed"] else "finding_mended" if now == 0 else "finding_warning"
        yield Change("domains", what, {"domain": domain, "check": check}, detail)


def growth(added: Mapping[str, int], earlier: Mapping[str, int], span_ms: int, earlier_ms: int) -> list[Change]:
    """Return of which suppressions far more came than usual, by reason: three times a usual day's, and twenty at least."""
    days, usual_days = max(span_ms / DAY_MS, 1), max(earlier_ms / DAY_MS, 1)
    found = []
    for reason, count in sorted(added.items()):
        usual = earlier.get(reason, 0) / usual_days
        if count >= LEAST_GROWTH and count / days >= GROWTH * usual:
            found.append(Change("suppressions", "suppressions_grew", {"reason": reason, "count": count, "usual": round(usual)}))
    return found
