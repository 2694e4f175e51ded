"""Who takes the mail of a domain: its mail exchangers by the DNS (RFC 5321 section 5.1), and the addresses they answer at.

A name server that does not answer is told apart from a domain that takes no mail: the first is tried again, the second is final.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.domain.errors import Later, Skip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dns.resolver import Resolver

_MOST_HOSTS: Final = 10
_SECONDS: Final = 5.0


class Directory:
    """Looks up exchangers through the system's name servers, or through those that are named as `address` or `address:port`."""

    def __init__(self, servers: Sequence[str] = ()) -> None:
        """Take the servers; nothing is asked yet."""
        self._servers = tuple(servers)
        self._resolver: Resolver | None = None

    def _asked(self) -> Resolver:
        if self._resolver is None:
            from dns.resolver import Resolver  # loads a tenth of a second, and only who sends directly needs it

            found = Resolver(configure=not self._servers)
            if self._servers:
                hosts = [server.rpartition(":") if server.count(":") == 1 else (server, "", "53") for server in self._servers]
                found.nameservers = [host for host, _, _ in hosts]
                found.nameserver_ports = {host: int(port) for host, _, port in hosts}
            found.lifetime = _SECONDS
            self._resolver = found
        return self._resolver

    def hosts(self, domain: str) -> list[str]:
        """Return the hosts that take mail for a domain, the best first. Raises Skip when none does, Later when nobody answered."""
        from dns.exception import DNSException
        from dns.resolver import NXDOMAIN, NoAnswer

        try:
            found = self._asked().resolve(domain, "MX")
        except NXDOMAIN as error:
            raise Skip(f"There is no domain {domain}.", code="domain_unknown") from error
        except NoAnswer:
            return [domain]
        except DNSException as error:
            raise Later(f"The name servers did not say who takes mail for {domain}: {error}", code="dns_failed") from error
        ranked = sorted((record.preference, str(record.exchange).rstrip(".").lower()) for record in found)
        if [host for _, host in ranked] == [""]:
            raise Skip(f"{domain} takes no mail at all (a null MX, RFC 7505).", code="domain_takes_no_mail")
        return [host for _, host in ranked if host][:_MOST_HOSTS]

    def addresses(self, host: str) -> list[str]:
        """Return the addresses of a host; empty when it has none. Raises Later when nobody answered."""
        from dns.exception import DNSException
        from dns.resolver import NXDOMAIN, NoAnswer

        found: list[str] = []
        for kind in ("A", "AAAA"):
            try:
                found += [str(record.address) for record in self._asked().resolve(host, kind)]
            except (NXDOMAIN, NoAnswer):
                continue
            except DNSException as error:
                if not found:
                    raise Later(f"The name servers did not give an address of {host}: {error}", code="dns_failed") from error
        return found

    def services(self, name: str) -> list[tuple[str, int]]:
        """Return host and port of a service that is announced by SRV records (RFC 2782), the best first; none where nobody answers."""
        from dns.exception import DNSException

        try:
            found = self._asked().resolve(name, "SRV")
        except DNSException:
            return []
        ranked = sorted((record.priority, -record.weight, str(record.target).rstrip("."), int(record.port)) for record in found)
        return [(host, port) for _, _, host, port in ranked if host]
