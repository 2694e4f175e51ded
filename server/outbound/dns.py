"""Asking name servers: every question and answer of mail's records goes through here, by the servers of this host or those set.

`lookup` believes what was answered before for as long as the record says; `look_anew` asks again, for somebody who has just
published a record. Neither raises: no answer is an answer with the state `failed`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.domain.mail.zone import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dns.exception import DNSException
    from dns.rdata import Rdata
    from dns.resolver import Resolver

SECONDS: Final = 4.0
_TRY_SECONDS: Final = 1.5
_REMEMBERED: Final = 4096
_PORT: Final = 53
_servers: tuple[tuple[str, int], ...] = ()
_resolvers: dict[bool, Resolver] = {}


def install(servers: Sequence[str] = ()) -> None:
    """Take the name servers, as `address` or `address:port`; without any, those of this host."""
    global _servers  # noqa: PLW0603 - one set of name servers per process, as one guard
    _servers = tuple(map(_place, servers))
    _resolvers.clear()


def lookup(name: str, kind: str) -> Answer:
    """Return the records of a name; answers are remembered as long as they allow."""
    return _ask(name, kind, remembered=True)


def look_anew(name: str, kind: str) -> Answer:
    """Return the records of a name as they are now, as far as the name servers themselves remember nothing."""
    return _ask(name, kind, remembered=False)


def _place(server: str) -> tuple[str, int]:
    host, colon, port = server.rpartition(":")
    if not colon or (host.count(":") and not host.startswith("[")):
        return server.strip("[]"), _PORT
    return host.strip("[]"), int(port)


def _ask(name: str, kind: str, *, remembered: bool) -> Answer:
    import dns.exception
    import dns.resolver

    try:
        found = _resolver(remembered=remembered).resolve(name, kind, search=False)
    except dns.resolver.NXDOMAIN:
        return Answer("no_name")
    except dns.resolver.NoAnswer:
        return Answer("absent")
    except (dns.exception.Timeout, dns.resolver.NoNameservers) as error:
        return Answer("failed", reason=_reason(error))
    except (dns.exception.DNSException, UnicodeError, OSError) as error:
        return Answer("failed", reason=f"'{name[:80]}' cannot be asked for: {type(error).__name__}.")
    return Answer("found", tuple(_text(record) for record in found))


def _reason(error: DNSException) -> str:
    """Return one sentence for a question that nobody answered."""
    import dns.exception

    if isinstance(error, dns.exception.Timeout):
        return "No name server answered in time."
    # Each attempt is (server, by TCP, port, what it said, response).
    said = sorted({str(attempt[3])[:80] for attempt in error.kwargs.get("errors", ())})
    return f"The name servers answered {', '.join(said) or 'nothing'}."


def _resolver(*, remembered: bool) -> Resolver:
    found = _resolvers.get(remembered)
    if found is None:
        found = _resolvers[remembered] = _made(remembered=remembered)
    return found


def _made(*, remembered: bool) -> Resolver:
    import dns.nameserver
    import dns.resolver

    found = dns.resolver.Resolver(configure=not _servers)
    if _servers:
        found.nameservers = [dns.nameserver.Do53Nameserver(host, port) for host, port in _servers]
    found.lifetime, found.timeout = SECONDS, _TRY_SECONDS
    found.cache = dns.resolver.LRUCache(_REMEMBERED) if remembered else None
    return found


def _text(record: Rdata) -> str:
    """Return a record's text as `zone.Answer` has it."""
    strings = getattr(record, "strings", None)
    if strings is not None:
        return b"".join(strings).decode("utf-8", "replace")
    target = getattr(record, "exchange", None) or getattr(record, "target", None)
    if target is None:
        return record.to_text()
    name = target.to_text(omit_final_dot=True).lower()
    return f"{record.preference} {name}" if hasattr(record, "preference") else name
