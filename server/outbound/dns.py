"""Asking name servers: every question and answer of mail's records goes through here, by the servers of this host or those set.

`lookup` believes what was answered before for as long as the record says; `look_anew` asks again, for somebody who has just
published a record. Neither raises: no answer is an answer with the state `failed`. When the name servers answer nothing at all,
not even about the root, nobody waits for them for a while.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
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
_MOST_SILENT: Final = 3
_PROBE_SECONDS: Final = 1.0
_PAUSE_SECONDS: Final = 10.0


@dataclass(slots=True)
class _Silence:
    """Questions in a row that nobody answered, and until when nobody is asked."""

    count: int = 0
    until: float = 0.0


_silence: Final = _Silence()
_servers: tuple[tuple[str, int], ...] = ()
_resolvers: dict[bool, Resolver] = {}


def install(servers: Sequence[str] = ()) -> None:
    """Take the name servers, as `address` or `address:port`; without any, those of this host."""
    global _servers  # noqa: PLW0603 - one set of name servers per process, as one guard
    _servers = tuple(map(_place, servers))
    _silence.count, _silence.until = 0, 0.0
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

    if time.monotonic() < _silence.until:
        return Answer("failed", reason="The name servers answer nothing at present.")
    try:
        found = _answer(name, kind, remembered=remembered)
    except dns.exception.Timeout:
        _note_silence()
        return Answer("failed", reason="No name server answered in time.")
    except (dns.exception.DNSException, UnicodeError, OSError) as error:
        return Answer("failed", reason=f"'{name[:80]}' cannot be asked for: {type(error).__name__}.")
    _silence.count = 0
    return found


def _answer(name: str, kind: str, *, remembered: bool) -> Answer:
    """Return what some name server said."""
    import dns.resolver

    try:
        found = _resolver(remembered=remembered).resolve(name, kind, search=False)
    except dns.resolver.NXDOMAIN:
        return Answer("no_name")
    except dns.resolver.NoAnswer:
        return Answer("absent")
    except dns.resolver.NoNameservers as error:
        return Answer("failed", reason=_reason(error))
    return Answer("found", tuple(_text(record) for record in found))


def _note_silence() -> None:
    """Count a question without an answer; after some, ask about the root, since one domain's servers being away is no silence of ours."""
    import dns.exception

    _silence.count += 1
    if _silence.count < _MOST_SILENT:
        return
    try:
        _resolver(remembered=False).resolve(".", "NS", lifetime=_PROBE_SECONDS)
    except dns.exception.Timeout:
        _silence.until = time.monotonic() + _PAUSE_SECONDS
    except dns.exception.DNSException:
        _silence.count = 0
    else:
        _silence.count = 0


def _reason(error: DNSException) -> str:
    """Return one sentence for a question that was answered by refusals alone."""
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
    before = [str(getattr(record, field)) for field in ("preference", "priority", "weight", "port") if hasattr(record, field)]
    return " ".join([*before, name])
