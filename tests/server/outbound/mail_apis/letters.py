"""A letter with everything that messages have, and accounts with the providers of a test."""

from __future__ import annotations

from server.domain.mail import addressing
from server.outbound.mail_apis.letters import ApiAccount, Letter
from server.services.email.composing import Draft, File, compose
from tests.peers.mail_providers import Provider

FILES = (File("Übersicht.pdf", "application/pdf", b"%PDF-1"), File("logo.png", "image/png", b"\x89PNG", "logo@mail"))


def letter(*, html: str | None = '<p>Grüße <img src="cid:logo@mail"></p>', subject: str = "Rechnung für März") -> Letter:
    """Return a message to one of two people, with a text, HTML, a picture in it, and a file."""
    to = [addressing.mailbox("Bob Bär <bob@customer.test>"), addressing.mailbox("carl@customer.test")]
    sender = addressing.mailbox("Shop <orders@example.com>")
    reply_to = [addressing.mailbox("help@example.com")]
    headers = {"List-Unsubscribe": "<https://example.com/u>"}
    draft = Draft(
        "<m1@example.com>", sender, to, subject, 0, reply_to=reply_to, text="Grüße", html=html, files=FILES if html else (), headers=headers
    )
    return Letter("orders@example.com", "bob@customer.test", compose(draft, largest=10**6), "rcp_1")


def account(provider: Provider, **parts: str) -> ApiAccount:
    """Return an account whose provider listens on loopback."""
    usual = {"key": "the-key", "key_id": "AKIAEXAMPLE", "domain": "mail.test", "region": "eu-central-1"}
    return ApiAccount(provider.key, provider.endpoint, **(usual | parts))
