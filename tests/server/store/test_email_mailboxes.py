"""Places in folders."""

from __future__ import annotations

from server.domain.actor import Actor
from server.store import database, email_mailboxes


def test_a_place_moves_on_and_an_unread_folder_has_none(alice: Actor, charlie: Actor) -> None:
    assert email_mailboxes.place(alice.tenant_id, alice.mode, "acc_1", "INBOX") == email_mailboxes.NOWHERE
    with database.transaction():
        for uid in (3, 7):
            email_mailboxes.move(alice.tenant_id, alice.mode, "acc_1", "INBOX", "12", uid, 1)
    assert email_mailboxes.place(alice.tenant_id, alice.mode, "acc_1", "INBOX") == ("12", 7)
    assert email_mailboxes.place(charlie.tenant_id, charlie.mode, "acc_1", "INBOX") == email_mailboxes.NOWHERE
