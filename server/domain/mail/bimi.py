"""BIMI: whether a published logo can be shown beside a domain's mail."""

from __future__ import annotations

from server.domain.mail.dmarc import Published
from server.domain.mail.zone import Answer, tags, versioned


def problem(answer: Answer, policy: Published | None) -> str:
    """Return what keeps mailboxes from showing the logo of `default._bimi.`; empty when nothing does, or nothing is published."""
    texts = versioned(answer, "v=BIMI1")
    if not texts:
        return ""
    said = tags(texts[0]) if len(texts) == 1 else None
    if said is None:
        return "The record is malformed, or there are several."
    logo, certificate = said.get("l", ""), said.get("a", "")
    enforced = policy is not None and not policy.testing and "none" not in {policy.policy, policy.subdomains}
    faults = (
        (not logo and not certificate, "The record names no logo."),
        (not all(one.lower().startswith("https://") for one in (logo, certificate) if one), "Logo and certificate have to be at https:// addresses."),
        (logo and not logo.lower().endswith(".svg"), "The logo has to be an SVG file."),
        (not enforced, "Logos are shown only where DMARC asks for quarantine or reject, sub-domains included."),
        (not certificate, "Without a certificate (a=) most mailboxes show no logo."),
    )
    return next((sentence for wrong, sentence in faults if wrong), "")
