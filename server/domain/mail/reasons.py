"""Why mail is refused: the words for it, which of them mean that the address is dead, and what codes alone say. Tables."""

from __future__ import annotations

from typing import Final

# Every reason and what it means. The address itself is at fault in those of HARD alone.
REASONS: Final[dict[str, str]] = {
    "authfailure": "SPF, DKIM or DMARC did not pass",
    "badreputation": "the sending address or domain has a bad name",
    "blocked": "the sending server was refused: listed, banned, or its name did not please",
    "contenterror": "the message is not built as the receiver wants it",
    "delivered": "it was delivered; no failure at all",
    "expired": "it could not be handed over in the time it was given",
    "failedstarttls": "no encrypted connection came about",
    "feedback": "the recipient complained",
    "filtered": "refused for the recipient after the content was seen, or by the recipient's own filter",
    "hasmoved": "the recipient has another address now",
    "hostunknown": "there is no such domain or host",
    "mailboxfull": "the recipient's mailbox is full",
    "mailererror": "a program that should have taken the message failed",
    "mesgtoobig": "the message is too large",
    "networkerror": "name service, routing or a loop",
    "norelaying": "the server does not take mail for this domain",
    "notaccept": "the host or domain takes no mail at all",
    "notcompliantrfc": "the message breaks RFC 5322",
    "policyviolation": "a rule of the receiver's forbids it",
    "rejected": "the sender's address or domain was refused",
    "requireptr": "the sending address has no proper reverse name",
    "securityerror": "a login or permission was lacking",
    "spamdetected": "the content was taken for spam",
    "speeding": "too much mail in too short a time",
    "suspend": "the recipient's account is disabled",
    "syntaxerror": "the dialogue of the two servers went wrong",
    "systemerror": "something is out of order at the receiver",
    "systemfull": "the receiver's disk is full",
    "toomanyconn": "too many connections at a time",
    "undefined": "nothing says why",
    "userunknown": "there is no such recipient",
    "vacation": "the recipient is away",
    "virusdetected": "a virus was found",
}
HARD: Final = frozenset({"userunknown", "hostunknown", "hasmoved", "notaccept"})
# What to do about each, in the six words that a sender reacts to.
CLASSES: Final[dict[str, str]] = {
    "userunknown": "address", "hostunknown": "address", "hasmoved": "address", "notaccept": "address", "filtered": "address", "suspend": "address",
    "mailboxfull": "address", "badreputation": "reputation", "blocked": "reputation", "requireptr": "reputation", "feedback": "reputation",
    "authfailure": "auth", "rejected": "auth", "norelaying": "auth", "securityerror": "auth", "failedstarttls": "auth", "speeding": "rate",
    "toomanyconn": "rate", "contenterror": "content", "mesgtoobig": "content", "notcompliantrfc": "content", "policyviolation": "content",
    "spamdetected": "content", "virusdetected": "content", "expired": "temporary", "mailererror": "temporary", "networkerror": "temporary",
    "syntaxerror": "temporary", "systemerror": "temporary", "systemfull": "temporary", "undefined": "temporary",
}  # fmt: skip
# Enhanced status codes (RFC 3463 and its registry) that say by themselves why; x.0.0 and the like say nothing.
BY_STATUS: Final[dict[str, str]] = {
    "1.0": "userunknown", "1.1": "userunknown", "1.2": "hostunknown", "1.3": "userunknown", "1.4": "filtered", "1.5": "delivered",
    "1.6": "hasmoved", "1.7": "rejected", "1.8": "rejected", "1.9": "userunknown", "1.10": "notaccept", "2.0": "filtered", "2.1": "suspend",
    "2.2": "mailboxfull", "2.3": "mesgtoobig", "2.4": "filtered", "3.1": "systemfull", "3.2": "notaccept", "3.3": "systemerror",
    "3.4": "mesgtoobig", "3.5": "systemerror", "4.0": "networkerror", "4.1": "expired", "4.2": "expired", "4.3": "systemerror",
    "4.4": "hostunknown", "4.5": "speeding", "4.6": "networkerror", "4.7": "expired", "4.8": "networkerror", "5.1": "syntaxerror",
    "5.2": "syntaxerror", "5.3": "toomanyconn", "5.4": "systemerror", "5.5": "systemerror", "6.0": "contenterror", "6.1": "contenterror",
    "6.2": "contenterror", "6.3": "contenterror", "6.4": "contenterror", "6.5": "contenterror", "6.6": "contenterror", "6.7": "contenterror",
    "6.8": "contenterror", "6.9": "contenterror", "7.2": "rejected", "7.3": "securityerror",
    "7.4": "securityerror", "7.5": "securityerror", "7.6": "securityerror", "7.7": "securityerror", "7.10": "failedstarttls", "7.11": "securityerror",
    "7.12": "securityerror", "7.14": "securityerror", "7.8": "securityerror", "7.9": "policyviolation", "7.13": "suspend",
    "7.17": "hasmoved", "7.18": "hasmoved", "7.20": "authfailure", "7.21": "authfailure", "7.22": "authfailure", "7.23": "authfailure",
    "7.24": "authfailure", "7.25": "requireptr", "7.26": "authfailure", "7.27": "notaccept", "7.28": "speeding", "7.29": "authfailure",
    "7.30": "failedstarttls",
    # Exchange Online's own (https://learn.microsoft.com/exchange/mail-flow-best-practices/non-delivery-reports-in-exchange-online).
    "1.20": "notcompliantrfc", "1.90": "speeding", "2.121": "speeding", "2.122": "speeding", "3.190": "systemerror", "4.300": "expired",
    "4.310": "hostunknown", "4.312": "networkerror", "4.316": "expired", "7.57": "securityerror", "7.64": "norelaying", "7.124": "rejected",
    "7.129": "rejected", "7.133": "rejected", "7.134": "rejected", "7.136": "rejected", "7.501": "spamdetected", "7.502": "spamdetected",
    "7.503": "blocked", "7.509": "authfailure", "7.511": "blocked", "7.512": "notcompliantrfc", "7.606": "blocked", "7.705": "speeding",
    "7.708": "blocked", "7.750": "rejected",
}  # fmt: skip
# What the basic code says where nothing else does.
BY_CODE: Final[dict[str, str]] = {
    "250": "delivered", "421": "expired", "450": "expired", "451": "systemerror", "452": "systemfull", "454": "securityerror",
    "500": "syntaxerror", "501": "syntaxerror", "502": "syntaxerror", "503": "syntaxerror", "504": "syntaxerror", "521": "notaccept",
    "525": "suspend", "530": "securityerror", "534": "securityerror", "535": "securityerror", "538": "securityerror", "552": "mailboxfull",
    "556": "notaccept", "571": "blocked",
}  # fmt: skip
# What an enhanced status says that is too general to be believed before anything else.
BY_VAGUE_STATUS: Final[dict[str, str]] = {"3.0": "systemerror", "7.0": "securityerror", "7.1": "securityerror"}
# Where in the dialogue a refusal came tells what was refused, when its words do not.
BY_COMMAND: Final[dict[str, str]] = {
    "CONN": "blocked", "EHLO": "blocked", "HELO": "blocked", "MAIL": "rejected",
}  # fmt: skip
# Bounce categories that PowerMTA writes beside its status.
BY_CATEGORY: Final[dict[str, str]] = {
    "bad-domain": "hostunknown", "bad-mailbox": "userunknown", "inactive-mailbox": "suspend", "message-expired": "expired",
    "no-answer-from-host": "networkerror", "policy-related": "policyviolation", "quota-issues": "mailboxfull", "routing-errors": "systemerror",
    "spam-related": "spamdetected", "virus-related": "virusdetected", "bad-configuration": "systemerror", "bad-connection": "networkerror",
    "invalid-sender": "rejected", "content-related": "contenterror", "relaying-issues": "norelaying", "protocol-errors": "syntaxerror",
}  # fmt: skip
