"""Routing: by which transports a message may leave, in the order they are tried, and the hosts that take mail for a domain.

A transport is `direct` (to the recipient's mail exchangers), `relay` (the appliance's own), or the id of a mail account. A test
message leaves by `sandbox`: nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Later, Skip
from server.domain.mail import sites
from server.outbound import exchangers
from server.services.email import streams, tracking
from server.store import database, email_sites, email_streams
from server.store.email_sites import KnownSite
from server.system import clock

if TYPE_CHECKING:
    from server.system.settings_table import Email

DIRECT: Final = "direct"
RELAY: Final = "relay"
SANDBOX: Final = "sandbox"
KNOWN_MS: Final = 3_600_000
_UNKNOWN_MS: Final = 300_000


@dataclass(frozen=True, slots=True)
class Plan:
    """How a message leaves, and when it is tried again."""

    transports: tuple[str, ...]
    retry_schedule: tuple[float, ...] | None
    wanted: tracking.Wanted = tracking.NOTHING


def plan(message: dict[str, Any], settings: Email) -> Plan:
    """Return how a message leaves: by its account alone, else as its stream says, else by what the appliance has."""
    stream = email_streams.find_by_name(message["tenant_id"], message["mode"], message["stream"])
    chosen = streams.options(stream) if stream else {}
    schedule = tuple(chosen["retry_schedule"]) if chosen.get("retry_schedule") else None
    wanted = tracking.wanted(message, stream, chosen)
    if message["mode"] == "test":
        return Plan((SANDBOX,), schedule, wanted)
    if message["account_id"]:
        return Plan((message["account_id"],), schedule, wanted)
    usual = ((RELAY,) if settings.relay else ()) + ((DIRECT,) if settings.direct and not settings.relay else ())
    return Plan(tuple(chosen.get("transports") or usual), schedule, wanted)


def site_of(domain: str) -> KnownSite:
    """Return who takes mail for a domain, asking the DNS where that is not known or too old. Raises Later, Skip."""
    known = email_sites.find(domain)
    now = clock.now_ms()
    if known is None or known.expires_at < now:
        known = _asked(domain, now)
        with database.transaction():
            email_sites.put(known)
    if known.error is not None:
        kind, _, detail = known.error.partition(": ")
        raise (Later if kind == "later" else Skip)(detail, code="dns_failed" if kind == "later" else "domain_unknown")
    return known


def _asked(domain: str, now: int) -> KnownSite:
    try:
        hosts = exchangers.hosts(domain)
    except Later as error:
        return KnownSite(domain, sites.of_domain(domain), [], f"later: {error.detail}", now + _UNKNOWN_MS)
    except Skip as error:
        return KnownSite(domain, domain, [], f"skip: {error.detail}", now + _UNKNOWN_MS)
    return KnownSite(domain, sites.of_exchangers(domain, hosts), hosts, None, now + KNOWN_MS)
