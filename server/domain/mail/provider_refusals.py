"""What providers' APIs mean by their refusals, said as a mail server would have said it, so that they are judged by the same rules.

A refusal of the recipient or of the message ends it, whoever is asked; one of the account, of its allowance, or of nobody in
particular says nothing about the message, so that another transport may take it. The first rule that fits counts.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple


class Verdict(NamedTuple):
    """A refusal as a mail server's: `accepted` False is the message's end, None is nobody's word about it."""

    accepted: bool | None
    code: int
    enhanced: str | None
    reason: str | None


class _Rule(NamedTuple):
    provider: str | None
    statuses: range
    pattern: re.Pattern[str]
    verdict: Verdict


_CLIENT: Final = range(400, 500)
_ANY: Final = range(300, 600)
_BAD_ADDRESS: Final = Verdict(accepted=False, code=553, enhanced="5.1.3", reason="userunknown")
_TOO_BIG: Final = Verdict(accepted=False, code=552, enhanced="5.3.4", reason="mesgtoobig")
_CONTENT: Final = Verdict(accepted=False, code=554, enhanced="5.6.0", reason="contenterror")
_VIRUS: Final = Verdict(accepted=False, code=554, enhanced="5.7.1", reason="virusdetected")
_RATE: Final = Verdict(accepted=None, code=451, enhanced="4.7.0", reason="speeding")
_SIGN_IN: Final = Verdict(accepted=None, code=535, enhanced="5.7.8", reason="securityerror")
_SENDER: Final = Verdict(accepted=None, code=550, enhanced="5.7.1", reason="rejected")
_SUSPENDED: Final = Verdict(accepted=None, code=550, enhanced="5.7.1", reason="blocked")
_OUTAGE: Final = Verdict(accepted=None, code=451, enhanced="4.3.0", reason="systemerror")


def _rule(provider: str | None, statuses: range, pattern: str, verdict: Verdict) -> _Rule:
    return _Rule(provider, statuses, re.compile(pattern, re.IGNORECASE), verdict)


# From the pages of each provider about the errors of its sending operation.
_RULES: Final = (
    _rule("sendgrid", _CLIENT, r"maximum credits exceeded", _RATE),
    _rule("sendgrid", _CLIENT, r"verified sender identity|from address|from\.email", _SENDER),
    _rule("sendgrid", _CLIENT, r"valid address|personalizations\.\d+\.to", _BAD_ADDRESS),
    _rule("ses", _CLIENT, r"TooManyRequests|Throttling|LimitExceeded|sending rate exceeded|message quota exceeded", _RATE),
    _rule("ses", _CLIENT, r"SendingPaused|AccountSuspended", _SUSPENDED),
    _rule("ses", _CLIENT, r"MailFromDomainNotVerified|is not verified|failed the check", _SENDER),
    _rule("ses", _CLIENT, r"illegal address|missing final|domain contains|local address contains|invalid email|address.*too long", _BAD_ADDRESS),
    _rule("ses", _CLIENT, r"MessageRejected.*(?:virus|malware)", _VIRUS),
    _rule("ses", _CLIENT, r"message length|too (?:large|big)|exceeds? the maximum", _TOO_BIG),
    _rule("mailgun", _CLIENT, r"limit exceeded|too many requests", _RATE),
    _rule("mailgun", _CLIENT, r"not allowed to send|sandbox|free accounts|disabled|domain not found", _SUSPENDED),
    _rule("mailgun", _CLIENT, r"'?to'? parameter is not a valid|not a valid address", _BAD_ADDRESS),
    _rule("mailgun", _CLIENT, r"too (?:large|big)|size limit", _TOO_BIG),
    _rule(None, range(401, 402), "", _SIGN_IN),
    _rule(None, range(403, 405), "", _SENDER),
    _rule(None, range(413, 414), "", _TOO_BIG),
    _rule(None, range(429, 430), "", _RATE),
    _rule(None, range(408, 409), "", _OUTAGE),
    _rule(None, _CLIENT, "", _CONTENT),
    _rule(None, _ANY, "", _OUTAGE),
)


def verdict(provider: str, status: int, words: str) -> Verdict:
    """Return what a refusal means; `words` is what the provider said, its own name for the error included."""
    fitting = (rule for rule in _RULES if rule.provider in {None, provider} and status in rule.statuses and rule.pattern.search(words))
    return next((rule.verdict for rule in fitting), _OUTAGE)
