"""Return paths: the envelope sender of each recipient of each message, and what one that comes back belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from server.domain.mail import verp
from server.services import vaults
from server.services.email import signing
from server.store import email_queue

if TYPE_CHECKING:
    Row = dict[str, Any]


def make(tenant_id: str, mode: str, from_domain: str, recipient_id: str) -> str | None:
    """Return the envelope sender for a recipient; None where the domain in From has no return path of its own."""
    domain = signing.find_domain(tenant_id, mode, from_domain)
    return verp.make_return_path(_key(), recipient_id, domain["return_path"]) if domain and domain["return_path"] else None


def find_recipient(address: str) -> Row | None:
    """Return the recipient's row that a genuine return path names, of whatever tenant; None for a forged one, and one long gone."""
    recipient_id = verp.read_return_path((_key(),), address)
    return email_queue.find_anywhere(recipient_id) if recipient_id else None


def _key() -> bytes:
    """Return the key of the marks; a rotation of the master key leaves it as it is."""
    return bytes.fromhex(vaults.vault().digest("return path", "email.return_path"))
