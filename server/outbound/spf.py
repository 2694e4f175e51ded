"""Judging a message by SPF (RFC 7208), by the library that passes the standard's own suite, over our name servers."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from server.outbound import dns

if TYPE_CHECKING:
    from types import ModuleType

Result = Literal["pass", "fail", "softfail", "neutral", "none", "temperror", "permerror"]
SECONDS: Final = 10
_LONGEST: Final = 320


def check(ip: str, helo: str, mail_from: str) -> tuple[Result, str]:
    """Return what SPF says of a client that said this at HELO and MAIL FROM (empty for a bounce), and why."""
    spf = _library()
    try:
        found, _, reason = spf.query(ip, mail_from[:_LONGEST], helo[:_LONGEST], strict=True, querytime=SECONDS).check()
    except Exception as error:
        # The library raises of many things that it cannot even begin with, a bare Exception for an empty name among them.
        return "permerror", str(error)[:200]
    return cast("Result", found), " ".join(str(reason).split())[:200]


@cache
def _library() -> ModuleType:
    """Return the library, its look-ups led to our name servers: it takes them from its own module only."""
    import spf

    spf.DNSLookup = _asked
    return cast("ModuleType", spf)


def _asked(name: str, kind: str, _strict: object = None, _timeout: object = None) -> list[tuple[tuple[str, str], Any]]:
    answer = dns.lookup(name, kind)
    if answer.state == "failed":
        raise _library().TempError(f"DNS {answer.reason}")
    return [((name, kind), _value(kind, text)) for text in answer.texts]


def _value(kind: str, text: str) -> Any:
    if kind == "MX":
        preference, _, host = text.partition(" ")
        return int(preference), host
    return (text.encode(),) if kind in {"TXT", "SPF"} else text
