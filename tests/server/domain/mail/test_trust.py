"""Who a mail is from counts only when it is proven."""

from __future__ import annotations

import pytest

from server.domain.mail.reading import read
from server.domain.mail.trust import UNKNOWN, identity, vouched_by, without_claims

PROVEN = UNKNOWN | {"dmarc": "pass"}


@pytest.mark.criterion("email-23")
def test_only_a_proven_sender_is_somebody() -> None:
    mail = read(b"From: Bob <bob@example.com>\n\nhi")
    assert identity(mail, PROVEN) == "bob@example.com"
    assert identity(mail, UNKNOWN | {"spf": "pass", "dkim": "pass"}) is None
    assert identity(read(b"From: bob@example.com, eve@example.net\n\n"), PROVEN) is None
    assert identity(read(b"From: bob@example.com\nFrom: eve@example.net\n\n"), PROVEN) is None


@pytest.mark.criterion("email-23")
def test_what_strangers_wrote_about_authentication_is_taken_out() -> None:
    body = b"\r\n\r\nAuthentication-Results: is only text here\r\n"
    raw = b"Authentication-Results: mx.example.com;\r\n dmarc=pass\r\nFrom: bob@example.com\r\nReceived-SPF: pass" + body
    assert without_claims(raw) == b"From: bob@example.com" + body
    assert without_claims(b"From: bob@example.com") == b"From: bob@example.com"


@pytest.mark.criterion("email-23")
@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("mx.example.com; dkim=pass header.d=x; dmarc=pass (p=NONE) header.from=Example.net", {"dkim": "pass", "dmarc": "pass"}),
        ("MX.example.com 1; spf=fail; spf=pass; arc=none", {"spf": "fail", "arc": "none"}),
        ("mx.other.com; dmarc=pass header.from=example.net", {}),
        ("mx.example.com; dmarc=pass header.from=other.net", {}),
        ("mx.example.com; dmarc=pass", {}),
        ("mx.example.com; dmarc=fail header.from=example.net; dmarc=pass header.from=example.net", {}),
        ('mx.example.com; spf=fail smtp.mailfrom="x; dmarc=pass header.from=example.net"', {"spf": "fail"}),
        ("mx.example.com; spf=fail (of x; dmarc=pass header.from=example.net) a", {"spf": "fail"}),
        ("mx.example.com; spf=fail (of (x; dmarc=pass header.from=example.net)", {}),
        ("", {}),
    ],
)
def test_only_the_topmost_word_of_a_trusted_server_counts(said: str, found: dict[str, str]) -> None:
    below = "Authentication-Results: mx.example.com; dmarc=pass header.from=example.net\n"
    mail = read(f"Authentication-Results: {said}\n{below}From: bob@example.net\n\nhi".encode())
    assert vouched_by(mail, ("mx.example.com",)) == found
