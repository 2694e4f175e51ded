"""Who takes the mail of a domain, as the DNS said when it was last asked: the same for every tenant."""

from __future__ import annotations

from typing import NamedTuple

import orjson

from server.store import database


class KnownSite(NamedTuple):
    """A domain's site and exchangers, the best first; `error` says why there are none."""

    domain: str
    site: str
    hosts: list[str]
    error: str | None
    expires_at: int


def find(domain: str) -> KnownSite | None:
    """Return what is known of a domain, or None."""
    found = database.row("SELECT domain, site, hosts, error, expires_at FROM email_sites WHERE domain = ?", (domain,))
    return KnownSite(found[0], found[1], orjson.loads(found[2]), found[3], found[4]) if found else None


def put(known: KnownSite) -> None:
    """Remember what is known of a domain."""
    database.execute(
        "INSERT INTO email_sites (domain, site, hosts, error, expires_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (domain) DO UPDATE SET"
        " site = excluded.site, hosts = excluded.hosts, error = excluded.error, expires_at = excluded.expires_at",
        (known.domain, known.site, orjson.dumps(known.hosts).decode(), known.error, known.expires_at),
    )


def prune(before_ms: int) -> int:
    """Forget what was asked long ago; returns how many domains that were."""
    return database.run("DELETE FROM email_sites WHERE expires_at < ?", (before_ms,))
