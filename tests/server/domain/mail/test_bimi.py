"""BIMI: what keeps a logo from being shown."""

from __future__ import annotations

import pytest

from server.domain.mail import bimi, dmarc
from server.domain.mail.zone import Answer

ENFORCED = dmarc.parse("v=DMARC1; p=quarantine", "example.com")
LOGO = "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/vmc.pem"


@pytest.mark.parametrize(
    ("texts", "policy", "words"),
    [
        ((LOGO,), ENFORCED, ""),
        ((), None, ""),
        ((LOGO, LOGO), ENFORCED, "several"),
        (("v=BIMI1; l=",), ENFORCED, "no logo"),
        (("v=BIMI1; l=http://example.com/logo.svg",), ENFORCED, "https://"),
        (("v=BIMI1; l=https://example.com/logo.png",), ENFORCED, "SVG"),
        ((LOGO,), None, "DMARC"),
        ((LOGO,), dmarc.parse("v=DMARC1; p=none", "example.com"), "DMARC"),
        ((LOGO,), dmarc.parse("v=DMARC1; p=reject; sp=none", "example.com"), "DMARC"),
        ((LOGO,), dmarc.parse("v=DMARC1; p=reject; t=y", "example.com"), "DMARC"),
        (("v=BIMI1; l=https://example.com/logo.svg",), ENFORCED, "certificate"),
    ],
)
def test_what_keeps_a_logo_away_is_named(texts: tuple[str, ...], policy: dmarc.Published | None, words: str) -> None:
    found = bimi.problem(Answer("found" if texts else "absent", texts), policy)
    assert words in found
    assert bool(found) == bool(words)
