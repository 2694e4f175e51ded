"""Who takes the mail of a domain: its mail exchangers by the DNS (RFC 5321 section 5.1), their addresses, and announced services.

A name server that does not answer is told apart from a domain that takes no mail: the first is tried again, the second is final.
"""

from __future__ import annotations

from typing import Final

from server.domain.errors import Later, Skip
from server.outbound import dns

_MOST_HOSTS: Final = 10


def hosts(domain: str) -> list[str]:
    """Return the hosts that take mail for a domain, the best first. Raises Skip when none does, Later when nobody answered."""
    answer = dns.lookup(domain, "MX")
    if answer.state == "no_name":
        raise Skip(f"There is no domain {domain}.", code="domain_unknown")
    if answer.state == "failed":
        raise Later(f"Nobody said who takes mail for {domain}. {answer.reason}", code="dns_failed")
    if answer.state == "absent":
        return [domain]
    ranked = sorted((int(preference), host.strip()) for preference, _, host in (text.partition(" ") for text in answer.texts))
    found = [host for _, host in ranked if host not in {"", "."}]
    if not found:
        raise Skip(f"{domain} takes no mail at all (a null MX, RFC 7505).", code="domain_takes_no_mail")
    return found[:_MOST_HOSTS]


def addresses(host: str) -> list[str]:
    """Return the addresses of a host; empty when it has none. Raises Later when nobody answered."""
    answers = [dns.lookup(host, kind) for kind in ("A", "AAAA")]
    found = [text for answer in answers for text in answer.texts]
    failed = next((answer for answer in answers if answer.state == "failed"), None)
    if failed and not found:
        raise Later(f"Nobody gave an address of {host}. {failed.reason}", code="dns_failed")
    return found


def services(name: str) -> list[tuple[str, int]]:
    """Return host and port of a service that is announced by SRV records (RFC 2782), the best first; none where nobody answers."""
    ranked = []
    for text in dns.lookup(name, "SRV").texts:
        priority, weight, port, host = text.split()
        ranked.append((int(priority), -int(weight), host.rstrip(".").lower(), int(port)))
    return [(host, port) for _, _, host, port in sorted(ranked) if host]
