"""The marks of single providers and programs: each is told from what the general phrases would take it for."""

from __future__ import annotations

import pytest

from server.domain.mail.replies import classify_reply


@pytest.mark.criterion("email-18")
@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("554 cox.net 192.0.2.1 is refused. See AUP#CXBL", "blocked"),
        ("421 comcast Reverse lookup, see PT000000", "requireptr"),
        ("421 HL:ICC 163 smtp", "toomanyconn"),
        ("554 DT:SPM 163 smtp8", "spamdetected"),
        ("550 5.2.0 STOREDRV.Deliver.Exception:StorageTransientException", "systemerror"),
        ("554 5.2.2 STOREDRV.Deliver.Exception:QuotaExceededException", "mailboxfull"),
        ("552 5.2.2 over quota and inactive", "mailboxfull"),
        ("Cannot route mail to user (bob@example.com).", "filtered"),
        ("550 Mail in that character set: we do not accept e-mail in it", "policyviolation"),
        ("552 Header size, or the list of recipients, exceeds a limit", "mesgtoobig"),
        ("554 A password-protected archive is not taken", "policyviolation"),
        ("550 A suspected bounce attack", "blocked"),
        ("554 5.7.1 POL-P6", "blocked"),
        ("550 Several matches found in the directory", "systemerror"),
        ("#5.1.2 The destination email system is unknown or invalid", "hostunknown"),
        ("The address has been replaced by carol@example.com", "hasmoved"),
        ("The maximum delivery time has been reached", "expired"),
        ("554 Lone LF in a header", "notcompliantrfc"),
        ("Domain example.com has exceeded the max emails per hour (250/250 (100%)) allowed.", "speeding"),
    ],
)
def test_what_a_provider_writes_in_words_of_its_own_has_its_reason(said: str, reason: str) -> None:
    assert classify_reply(None, None, said).reason == reason


def test_the_restriction_that_postfix_names_in_front_is_not_the_reason() -> None:
    said = "550 5.3.5 <bob@example.com>: Recipient address rejected: System incorrectly configured"
    assert classify_reply(None, None, said, command="RCPT").reason == "systemerror"
    denied = "554 5.7.1 <bob@example.com>: Recipient address rejected: Access denied"
    assert classify_reply(None, None, denied, command="RCPT").reason == "userunknown"
