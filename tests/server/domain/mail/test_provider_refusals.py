"""Refusals of providers' APIs mean what a mail server's would: the end of the message, or nobody's word about it."""

from __future__ import annotations

import pytest

from server.domain.mail import provider_refusals
from server.domain.mail.reasons import REASONS


@pytest.mark.parametrize(
    ("provider", "status", "words", "accepted", "reason"),
    [
        ("sendgrid", 400, "Does not contain a valid address. (personalizations.0.to.0.email)", False, "userunknown"),
        ("sendgrid", 400, "The subject is required. (subject)", False, "contenterror"),
        ("sendgrid", 401, "The provided authorization grant is invalid, expired, or revoked", None, "securityerror"),
        ("sendgrid", 401, "Maximum credits exceeded", None, "speeding"),
        ("sendgrid", 403, "The from address does not match a verified Sender Identity. (from)", None, "rejected"),
        ("sendgrid", 413, "content too large", False, "mesgtoobig"),
        ("sendgrid", 429, "too many requests", None, "speeding"),
        ("sendgrid", 500, "", None, "systemerror"),
        ("ses", 400, "MessageRejected: Email address is not verified. The following identities failed the check", None, "rejected"),
        ("ses", 400, "MessageRejected: Transaction failed: virus detected", False, "virusdetected"),
        ("ses", 400, "BadRequestException: Missing final '@domain'", False, "userunknown"),
        ("ses", 400, "BadRequestException: Message length is more than 41943040 bytes long", False, "mesgtoobig"),
        ("ses", 400, "SendingPausedException: Sending paused for this account", None, "blocked"),
        ("ses", 400, "AccountSuspendedException:", None, "blocked"),
        ("ses", 400, "LimitExceededException: Daily message quota exceeded", None, "speeding"),
        ("ses", 429, "TooManyRequestsException: Maximum sending rate exceeded", None, "speeding"),
        ("ses", 403, "SignatureDoesNotMatch: The request signature does not match", None, "rejected"),
        ("mailgun", 400, "to parameter is not a valid address. please check documentation", False, "userunknown"),
        ("mailgun", 401, "Forbidden", None, "securityerror"),
        ("mailgun", 403, "Domain mail.test is not allowed to send: Sandbox subdomains are for test purposes only", None, "blocked"),
        ("mailgun", 429, "Domain mail.test is not allowed to send: limit exceeded, try again after 120 seconds", None, "speeding"),
        ("mailgun", 502, "<html>Bad gateway</html>", None, "systemerror"),
        ("mailgun", 302, "", None, "systemerror"),
    ],
)
def test_what_a_refusal_means(provider: str, status: int, words: str, accepted: bool | None, reason: str) -> None:
    found = provider_refusals.verdict(provider, status, words)
    assert (found.accepted, found.reason) == (accepted, reason)
    assert reason in REASONS
    assert (found.code >= 500) or found.accepted is None
