"""Who a mail is from counts only when it is proven."""

from __future__ import annotations

import pytest

from server.domain.mail.reading import read
from server.domain.mail.trust import UNKNOWN, identity, without_claims

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
