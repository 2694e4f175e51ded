"""DNS blocklists (RFC 5782): the lists that are asked, and what their answers mean.

Only an address that the list itself documents is a listing. An answer that says "your query was refused", a list that knows its
own test point no longer, or one that lists everything, tells nothing of the subject: the state is `unknown`, with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final, Literal

from server.domain.mail.zone import Answer

State = Literal["listed", "clean", "unknown"]


@dataclass(frozen=True, slots=True)
class Blocklist:
    """A list: `lists` says whether addresses or domains; an answer from `first` to `last` is a listing, and no other."""

    zone: str
    lists: Literal["addresses", "domains"]
    first: str
    last: str
    removal: str


BLOCKLISTS: Final = (
    Blocklist("zen.spamhaus.org", "addresses", "127.0.0.2", "127.0.0.11", "https://check.spamhaus.org/"),
    Blocklist("bl.spamcop.net", "addresses", "127.0.0.2", "127.0.0.2", "https://www.spamcop.net/bl.shtml"),
    Blocklist("b.barracudacentral.org", "addresses", "127.0.0.2", "127.0.0.2", "https://www.barracudacentral.org/rbl/removal-request"),
    Blocklist("psbl.surriel.com", "addresses", "127.0.0.2", "127.0.0.2", "https://psbl.org/remove"),
    Blocklist("dbl.spamhaus.org", "domains", "127.0.1.2", "127.0.1.106", "https://check.spamhaus.org/"),
    Blocklist("multi.surbl.org", "domains", "127.0.0.2", "127.0.0.254", "https://surbl.org/surbl-analysis"),
)
# Spamhaus: 127.255.255.252 a typing error, .254 through a public resolver, .255 too many queries.
REFUSALS: Final[dict[str, str]] = {
    "127.255.255.252": "the list's name is misspelt",
    "127.255.255.254": "it does not answer public resolvers; ask through a resolver of your own",
    "127.255.255.255": "too many queries were made",
    "127.0.0.1": "it no longer answers this resolver",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a subject stands with a list."""

    state: State
    detail: str


def question(blocklist: Blocklist, subject: str) -> str:
    """Return the name to ask for about an address or a domain."""
    return f"{_reversed(subject) if blocklist.lists == 'addresses' else subject}.{blocklist.zone}"


def proving_points(blocklist: Blocklist) -> tuple[str, str]:
    """Return the names that a list in order knows, and does not know (RFC 5782 section 5)."""
    if blocklist.lists == "addresses":
        return question(blocklist, "127.0.0.2"), question(blocklist, "127.0.0.1")
    return f"test.{blocklist.zone}", f"invalid.{blocklist.zone}"


def standing(blocklist: Blocklist, answer: Answer) -> Standing:
    """Return what an answer means."""
    if answer.state in {"absent", "no_name"}:
        return Standing("clean", f"{blocklist.zone} does not list it.")
    if answer.state == "failed":
        return Standing("unknown", f"{blocklist.zone} gave no answer: {answer.reason}")
    codes = [text for text in answer.texts if _is_listing(blocklist, text)]
    if codes:
        return Standing("listed", f"{blocklist.zone} lists it ({', '.join(codes)}). Removal: {blocklist.removal}")
    refusal = next((REFUSALS[text] for text in answer.texts if text in REFUSALS), None)
    said = ", ".join(answer.texts)
    return Standing("unknown", f"{blocklist.zone} answered {said}, which is no listing: {refusal or 'something on the way rewrites answers'}.")


def doubt(blocklist: Blocklist, known: Answer, unknown: Answer) -> str | None:
    """Return why a list cannot be believed now, by its answers about its test points; None when it can."""
    if unknown.state == "found":
        return f"{blocklist.zone} lists even what it must not ({', '.join(unknown.texts)}); its answers are rewritten, or it is closed."
    if standing(blocklist, known).state != "listed":
        return f"{blocklist.zone} does not know its own test entry; it is closed, or the way to it is."
    return None


def _is_listing(blocklist: Blocklist, text: str) -> bool:
    try:
        return IPv4Address(blocklist.first) <= IPv4Address(text) <= IPv4Address(blocklist.last)
    except ValueError:
        return False


def _reversed(subject: str) -> str:
    address: IPv4Address | IPv6Address = ip_address(subject)
    parts = address.exploded.split(".") if address.version == 4 else list(address.exploded.replace(":", ""))
    return ".".join(reversed(parts))
