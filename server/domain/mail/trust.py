"""Who a mail is from, as far as that is proven: the address in From counts only when its domain vouched for this very message.

`authentication` is what was found for a message when it arrived, by us: {spf, dkim, dmarc, arc}. What others wrote into the
message about itself is never believed, and is taken out before anybody reads it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from server.domain.mail.reading import Mail

UNKNOWN: Final = {"spf": "none", "dkim": "none", "dmarc": "none", "arc": "none"}
_CLAIMS: Final = re.compile(
    rb"(?im)^(?:authentication-results|arc-authentication-results|x-[a-z-]*authentication-results|received-spf)[ \t]*:.*(?:\r?\n[ \t].*)*\r?\n?"
)
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_COMMENT: Final = re.compile(r"\([^()]*\)")
_RESULT: Final = re.compile(r"(?i)[ \t]*(spf|dkim|dmarc|arc)[ \t]*=[ \t]*([a-z]+)\b")
_END: Final = re.compile(rb"\r?\n\r?\n")


def identity(mail: Mail, authentication: Mapping[str, str]) -> str | None:
    """Return the one address that a message is proven to be from, or None. DMARC passes only where the proof and From agree."""
    senders = mail.addresses("from")
    return senders[0] if authentication.get("dmarc") == "pass" and len(senders) == 1 and len(mail.headers("from")) == 1 else None


def vouched_by(mail: Mail, trusted: Collection[str]) -> dict[str, str]:
    """Return what the server that put a mail into its mailbox found out about it, {} unless that server is trusted (RFC 8601, section 5).

    Only the topmost header counts, for it alone was written last; a DMARC result counts for the domain in From alone, and only one of it.
    """
    said = _COMMENT.sub(" ", _QUOTED.sub('""', mail.header("authentication-results")))
    writer, *results = said.split(";")
    if not writer.strip() or writer.split()[0].casefold() not in {one.casefold() for one in trusted} or "(" in said or ")" in said:
        return {}
    found = [(match[1].casefold(), match[2].casefold(), one.casefold()) for one in results if (match := _RESULT.match(one))]
    domains = {address.rpartition("@")[2] for address in mail.addresses("from")}
    dmarc = [(word, properties) for method, word, properties in found if method == "dmarc"]
    words = {method: word for method, word, _ in reversed(found) if method != "dmarc"}
    if len(dmarc) == 1 and len(domains) == 1 and f"header.from={domains.pop()}" in dmarc[0][1].split():
        words["dmarc"] = dmarc[0][0]
    return words


def without_claims(raw: bytes) -> bytes:
    """Return a message without what strangers wrote about its authentication (RFC 8601, section 5)."""
    end = _END.search(raw)
    cut = end.start() if end else len(raw)
    return _CLAIMS.sub(b"", raw[:cut] + b"\n").rstrip(b"\r\n") + raw[cut:]
