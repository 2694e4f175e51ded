"""Sentences of the appliance, which speaks English, in the user's language: what its settings and events mean, how it is, what it finds.

Those that name something are patterns here; all others are looked up whole. One that is not known, or quotes somebody else, is shown as it came.
"""

from __future__ import annotations

import re
from typing import Final

from app.system.languages import active, tr

SENTENCES: Final = (
    # The parts of the appliance.
    "{kind} answers.",
    "A delivery has been due for {seconds} s, and nobody works on it.",
    "What is due is worked on.",
    "No sign of life for over 30 s from: {names}.",
    "No worker is running: start one with 'junction worker'.",
    "Every worker gives signs of life.",
    "The disk is nearly full, so writes are refused: free some space.",
    "There is room on the disk.",
    "TLS is off here: a proxy in front does it.",
    "The certificate has ended.",
    "The certificate ends in {days} days.",
    "The recovery code was not confirmed yet: run 'junction doctor'.",
    "The recovery code is in its owner's hands.",
    "No mail server is set (mail.system_smtp), so invitations and alerts are not sent.",
    "{count} messages could not be sent; the log says why.",
    "Mail is sent.",
    "{failing} inbound sources fail, {silent} are silent; their tenants have been told.",
    "Every inbound source receives as expected.",
    "No address is named that mail leaves from (domains.source_addresses).",
    "No blocklist is known to list an address that mail leaves from.",
    # What the DNS says of a domain.
    "The domain is yours.",
    "Nothing shows yet that the domain is yours.",
    "{name} publishes another key.",
    "{name} is not published.",
    "There is no key; rotate the keys to make some.",
    "Every key is published.",
    "Nobody could say: {reason}",
    "There is no SPF record.",
    "The record lets {names} not send.",
    "The record lets us send, at {count} of {most} look-ups.",
    "There is no DMARC record.",
    "The policy only watches; ask for quarantine once the reports are clean.",
    "Receivers send no reports to {address} until it agrees to take them.",
    "The domain says that it takes no mail (null MX); replies are lost.",
    "The domain has no MX record; replies have nowhere to go.",
    "{name} has no address.",
    "Replies are taken.",
    "No address is named that mail leaves from.",
    "Every address leads to its name and back.",
    "It is not used.",
    "{name} leads to us.",
    "{name} leads to {other}.",
    "The record is not one of MTA-STS.",
    "Senders are not told to insist on TLS.",
    "A policy is announced, but cannot be had: {reason} Serve at that address: {policy}",
    "Senders report failures of TLS.",
    "The record is not one that asks for reports, or there are several.",
    "Nobody is asked to report failures of TLS.",
    "No logo is published.",
    "A logo is published.",
    "The mail hosts' certificates are pinned.",
    "None is pinned.",
)
_NAMED: Final = re.compile(r"\\\{(\w+)\\\}")
_PATTERNS: Final = tuple((sentence, re.compile(_NAMED.sub(r"(?P<\1>.+)", re.escape(sentence)), re.DOTALL)) for sentence in SENTENCES)


def heard(said: str) -> str:
    """Return a sentence of the appliance in the user's language, with what it names; as it came where it is not known."""
    if whole := active().words.get(said):
        return whole
    if active().code != "en":
        for sentence, pattern in _PATTERNS:
            if found := pattern.fullmatch(said):
                return tr(sentence, **found.groupdict())
    return said
