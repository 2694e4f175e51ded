"""Arriving mail in tests: a message as it comes, a scanner's setting, and a run of what the worker does with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from server.domain.actor import Actor
from server.outbound.mailboxes import Oversized
from server.services.email import arrivals, sorting
from server.services.email.arrivals import Seen
from server.system import settings as loading


def mail(**headers: str) -> bytes:
    """Return a message of Bob's; `body` is its text, names of headers are written with underscores."""
    body = headers.pop("body", "Hello Alice,\r\nhere it is.\r\n")
    usual = {"from_": "Bob <bob@customer.test>", "to": "alice@example.com", "subject": "Offer", "date": "Sat, 21 Nov 2026 10:00:00 +0000"}
    found = {"message_id": "<1@customer.test>", **usual, **headers}
    lines = [f"{name.rstrip('_').replace('_', '-').title()}: {value}" for name, value in found.items() if value]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def bytes_of(found: bytes | Oversized | None) -> bytes:
    """Return the bytes of a mail that was fetched whole."""
    assert isinstance(found, bytes)
    return found


def arrived(actor: Actor, raw: bytes, source: str = "smtp", place: str = "1", **seen: Any) -> str:
    """Take a message in, and return its id."""
    return arrivals.take_in(actor.tenant_id, actor.mode, raw, Seen(source, place, **seen))


def sort(scanner: str = "") -> None:
    """Let the worker sort what arrived."""
    sorting.sort_due(loading.load(Path("nowhere"), {}, {"documents.scanner": scanner} if scanner else {}))


def sorted_out(actor: Actor, raw: bytes, source: str = "smtp", place: str = "1", scanner: str = "", **seen: Any) -> dict[str, Any]:
    """Take a message in, let the worker sort, and return what became of it."""
    arrival_id = arrived(actor, raw, source, place, **seen)
    sort(scanner)
    return arrivals.get(actor, arrival_id)
