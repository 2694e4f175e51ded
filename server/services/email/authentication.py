"""Authenticating a message that came: SPF, DKIM, DMARC and ARC, each in one word with its reason, by our own look-ups alone.

What the message says about itself counts for nothing. Nothing here needs a database, so a file can be judged as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from server.domain.mail import dmarc, reading
from server.domain.mail.authentication_results import Said, header
from server.domain.mail.dmarc import Policy, Verdict
from server.domain.mail.names import ascii_name
from server.outbound import dns, signatures, spf
from server.outbound.signatures import Signature

# Of several signatures the best one counts, in this order.
_BEST: Final = ("pass", "policy", "fail", "temperror", "permerror")


@dataclass(frozen=True, slots=True)
class Authentication:
    """What was found. `words` and `reasons` have the keys spf, dkim, dmarc and arc; `policy` is what the domain in From asks for.

    `domain` is that in From, `aligned` what vouched for it, `said` what an Authentication-Results header holds.
    """

    words: dict[str, str]
    reasons: dict[str, str]
    domain: str
    policy: Policy | None
    aligned: tuple[str, ...]
    said: tuple[Said, ...]

    def header(self, authserv_id: str) -> bytes:
        """Return the Authentication-Results header of whoever looked."""
        return header(authserv_id, list(self.said))


def authenticate(message: bytes, *, ip: str | None = None, helo: str = "", mail_from: str = "") -> Authentication:
    """Judge a message as it came; without the address of who handed it over SPF says `none`. Asks name servers, so it may take seconds."""
    whole = _with_whole_line_ends(message)
    envelope = _spf(ip, helo, mail_from)
    signed = signatures.verify(whole)
    chain, chain_reason = signatures.verify_chain(whole)
    verdict = _dmarc(whole, envelope, signed)
    best = min(signed, key=lambda one: _BEST.index(one.result), default=None)
    said = [
        Said("spf", envelope.result, envelope.reason, envelope.properties),
        *(Said("dkim", one.result, one.reason, {"header.d": one.domain, "header.s": one.selector}) for one in signed),
        Said("dmarc", verdict.result, verdict.reason, {"header.from": verdict.domain}),
        Said("arc", chain, chain_reason),
    ]
    words = {"spf": envelope.result, "dkim": best.result if best else "none", "dmarc": verdict.result, "arc": chain}
    reasons = {"spf": envelope.reason, "dkim": _told(best), "dmarc": verdict.reason, "arc": chain_reason}
    return Authentication(words, reasons, verdict.domain, verdict.policy, verdict.aligned, tuple(said))


def _with_whole_line_ends(message: bytes) -> bytes:
    """Return a message whose lines all end in CR LF; by replacing alone, which needs no list of its lines."""
    if message.count(b"\r\n") == message.count(b"\n") == message.count(b"\r"):
        return message
    return message.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")


@dataclass(frozen=True, slots=True)
class _Envelope:
    result: str
    reason: str
    domain: str | None
    properties: dict[str, str]


def _spf(ip: str | None, helo: str, mail_from: str) -> _Envelope:
    if not ip:
        return _Envelope("none", "It is not known who handed the message over.", None, {})
    result, reason = spf.check(ip, helo, mail_from)
    domain = ascii_name(mail_from.rpartition("@")[2] if mail_from else helo)
    properties = {"smtp.mailfrom": mail_from} if mail_from else {"smtp.helo": helo}
    return _Envelope(result, reason, domain, properties)


def _dmarc(message: bytes, envelope: _Envelope, signed: list[Signature]) -> Verdict:
    mail = reading.read(message)
    domains = {address.rpartition("@")[2] for address in mail.addresses("from")}
    if len(mail.headers("from")) != 1 or len(domains) != 1:
        return Verdict("permerror", "From does not name exactly one domain.", "")
    passed = envelope.domain if envelope.result == "pass" else None
    temporary = "temperror" in {envelope.result, *(one.result for one in signed)}
    return dmarc.evaluate(domains.pop(), passed, [one.domain for one in signed if one.result == "pass"], dns.lookup, temporary=temporary)


def _told(best: Signature | None) -> str:
    if best is None:
        return "The message is not signed."
    return best.reason or f"{best.domain} signed with {best.selector}."
