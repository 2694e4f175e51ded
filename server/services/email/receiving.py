"""Receiving by SMTP: whom mail is taken for, and what is found out about it on the way in.

Taken are the addresses that a route names, and genuine return paths; everything else is refused before its content is sent. A message is
committed for every tenant it is for before its sender hears that it was taken.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from server.domain.errors import Unprocessable
from server.domain.mail import verp
from server.domain.mail.reading import read
from server.services.email import arrivals, inbound_policies, return_paths, routes
from server.services.email.arrivals import Seen
from server.services.email.authentication import authenticate
from server.services.email.inbound_policies import USUAL, InboundPolicy

if TYPE_CHECKING:
    from collections.abc import Sequence

SOURCE: Final = "smtp"
MOST_HOPS: Final = 50


@dataclass(frozen=True, slots=True)
class Handed:
    """Who handed a message over: its address, the name it gave, and the envelope sender."""

    ip: str
    helo: str
    mail_from: str


def owners(addresses: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return for whom mail to these addresses is taken, as tenant and mode; who is left out is nobody here."""
    found = {address: (tenant_id, mode) for address, (tenant_id, mode, _) in routes.accepting(list(addresses)).items()}
    for address in addresses:
        recipient = return_paths.find_recipient(address) if verp.is_return_path(address) else None
        if recipient:
            found[address] = (recipient["tenant_id"], recipient["mode"])
    return found


def receive(raw: bytes, handed: Handed, recipients: Sequence[str], otherwise: InboundPolicy = USUAL) -> list[str]:
    """Take a message in, and return its id at each tenant; `otherwise` is what holds for tenants that chose no policy.

    Raises Unprocessable for one that goes in circles, and for one that its sender's domain asks to reject where everybody it is for
    refuses such: an answer is one for all.
    """
    if len(read(raw).headers("received")) > MOST_HOPS:
        raise Unprocessable("The message has been through too many servers.", code="mail_loop")
    people: dict[tuple[str, str], list[str]] = defaultdict(list)
    for address, owner in owners(recipients).items():
        people[owner].append(address)
    found = authenticate(raw, ip=handed.ip, helo=handed.helo, mail_from=handed.mail_from)
    disowned = found.words["dmarc"] == "fail" and found.policy == "reject"
    if disowned and people and all(inbound_policies.of_tenant(*owner, otherwise).on_reject == "refuse" for owner in people):
        raise Unprocessable(f"The message is disowned by {found.domain}, which asks to reject it (DMARC).", code="mail_disowned")
    words = found.words | ({"policy": found.policy} if found.policy else {})
    # The same message handed over again, because our answer was lost, is the same sighting.
    place = hashlib.sha256(raw).hexdigest()[:32]
    return [arrivals.take_in(tenant_id, mode, raw, Seen(SOURCE, place, tuple(to), words)) for (tenant_id, mode), to in people.items()]
