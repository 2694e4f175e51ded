"""Who a mail is from, as far as that is proven: the address in From counts only when its domain vouched for this very message.

`authentication` is what was found for a message when it arrived, by us: {spf, dkim, dmarc, arc}. What others wrote into the
message about itself is never believed, and is taken out before anybody reads it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.domain.mail.reading import Mail

UNKNOWN: Final = {"spf": "none", "dkim": "none", "dmarc": "none", "arc": "none"}
_CLAIMS: Final = re.compile(
    rb"(?im)^(?:authentication-results|arc-authentication-results|x-[a-z-]*authentication-results|received-spf)[ \t]*:.*(?:\r?\n[ \t].*)*\r?\n?"
)
_END: Final = re.compile(rb"\r?\n\r?\n")


def identity(mail: Mail, authentication: Mapping[str, str]) -> str | None:
    """Return the one address that a message is proven to be from, or None. DMARC passes only where the proof and From agree."""
    senders = mail.addresses("from")
    return senders[0] if authentication.get("dmarc") == "pass" and len(senders) == 1 and len(mail.headers("from")) == 1 else None


def without_claims(raw: bytes) -> bytes:
    """Return a message without what strangers wrote about its authentication (RFC 8601, section 5)."""
    end = _END.search(raw)
    cut = end.start() if end else len(raw)
    return _CLAIMS.sub(b"", raw[:cut] + b"\n").rstrip(b"\r\n") + raw[cut:]
