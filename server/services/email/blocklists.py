"""Watching DNS blocklists: the addresses that mail leaves from every twenty minutes, a sending domain whenever it is examined.

A list is believed only while it knows its own test entry and not what it must not know; otherwise its word is `unknown`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.domain.mail import blocklists
from server.domain.mail.blocklists import BLOCKLISTS, Blocklist, Standing
from server.domain.mail.checks import Finding
from server.outbound import dns
from server.store import blocklist_listings, database
from server.system import clock, logs

if TYPE_CHECKING:
    from server.system.settings import Settings

EVERY_SECONDS: Final = 1200
log = logs.get_logger()


def check_addresses(settings: Settings) -> int:
    """Look at every address that mail leaves from; returns how many standings changed."""
    addresses, changed = settings.domains.source_addresses, 0
    found = [(address, one.zone, standing(one, address)) for one in BLOCKLISTS if one.lists == "addresses" for address in addresses]
    with database.transaction():
        blocklist_listings.keep_only(addresses)
        for address, zone, now in found:
            before = blocklist_listings.put(address, zone, now.state, now.detail, clock.now_ms())
            if before != now.state:
                changed += 1
                log.info("blocklist_standing", subject=address, zone=zone, before=before, after=now.state, detail=now.detail)
    return changed


def standing(one: Blocklist, subject: str) -> Standing:
    """Return how a subject stands with a list, as far as the list can be believed."""
    found = blocklists.standing(one, dns.lookup(blocklists.question(one, subject), "A"))
    if found.state == "unknown":
        return found
    doubt = blocklists.doubt(one, *(dns.lookup(name, "A") for name in blocklists.proving_points(one)))
    return Standing("unknown", doubt) if doubt else found


def finding(name: str) -> Finding:
    """Return how a domain, and the addresses that mail leaves from, stand with the lists."""
    domains = [standing(one, name) for one in BLOCKLISTS if one.lists == "domains"]
    addresses = [Standing(row["state"], f"{row['subject']}: {row['detail']}") for row in blocklist_listings.list_all()]
    everything = [*domains, *addresses]
    listed = [one.detail for one in everything if one.state == "listed"]
    if listed:
        return Finding("blocklists", "failed", " ".join(listed))
    doubtful = [one.detail for one in everything if one.state == "unknown"]
    if doubtful:
        return Finding("blocklists", "unknown", " ".join(doubtful))
    return Finding("blocklists", "ok", f"None of {len(everything)} looks found it listed.")
