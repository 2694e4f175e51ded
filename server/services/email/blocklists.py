"""Watching DNS blocklists: the addresses that mail leaves from every twenty minutes, a sending domain whenever it is examined.

A list is believed only while it knows its own test entry and not what it must not know; otherwise its word is `unknown`.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from server.domain.mail import blocklists
from server.domain.mail.blocklists import BLOCKLISTS, Blocklist, Standing
from server.domain.mail.checks import Finding
from server.outbound import dns
from server.store import blocklist_listings, database
from server.system import clock, logs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.system.settings import Settings

EVERY_SECONDS: Final = 1200
_THREADS: Final = 8
log = logs.get_logger()


def check_addresses(settings: Settings) -> int:
    """Look at every address that mail leaves from; returns how many standings changed."""
    addresses, changed = settings.domains.source_addresses, 0
    found = _standings("addresses", addresses)
    with database.transaction():
        blocklist_listings.keep_only(addresses)
        for one, address, now in found:
            before = blocklist_listings.put(address, one.zone, now.state, now.detail, clock.now_ms())
            if before != now.state:
                changed += 1
                log.info("blocklist_standing", subject=address, zone=one.zone, before=before, after=now.state, detail=now.detail)
    return changed


def _standings(kind: str, subjects: Sequence[str]) -> list[tuple[Blocklist, str, Standing]]:
    """Return how subjects stand with every list of a kind, all asked at once: one list that is away holds up no other."""
    asked = [(one, subject) for one in BLOCKLISTS if one.lists == kind for subject in subjects]
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="blocklist") as pool:
        found = list(pool.map(lambda one: standing(*one), asked))
    return [(one, subject, now) for (one, subject), now in zip(asked, found, strict=True)]


def standing(one: Blocklist, subject: str) -> Standing:
    """Return how a subject stands with a list, as far as the list can be believed."""
    found = blocklists.standing(one, dns.lookup(blocklists.question(one, subject), "A"))
    if found.state == "unknown":
        return found
    doubt = blocklists.doubt(one, *(dns.lookup(name, "A") for name in blocklists.proving_points(one)))
    return Standing("unknown", doubt) if doubt else found


def finding(name: str) -> Finding:
    """Return how a domain, and the addresses that mail leaves from, stand with the lists; `found` is what each list says of the domain."""
    asked = _standings("domains", [name])
    domains, found = [now for _, _, now in asked], tuple(f"{one.zone} {now.state}" for one, _, now in asked)
    addresses = [Standing(row["state"], f"{row['subject']}: {row['detail']}") for row in blocklist_listings.list_all()]
    everything = [*domains, *addresses]
    listed = [one.detail for one in everything if one.state == "listed"]
    if listed:
        return Finding("blocklists", "failed", " ".join(listed), found)
    doubtful = [one.detail for one in everything if one.state == "unknown"]
    if doubtful:
        return Finding("blocklists", "unknown", " ".join(doubtful), found)
    return Finding("blocklists", "ok", f"None of {len(everything)} looks found it listed.", found)
