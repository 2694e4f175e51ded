"""Accounts keep their secrets as bytes; a renewed token is written only over the one it was made from."""

from __future__ import annotations

from server.domain.actor import Actor
from server.store import email_accounts


def row(account_id: str, options: str = '{"smtp":{"host":"h"}}') -> dict[str, object]:
    found = {"id": account_id, "name": "Office", "address": "a@example.com", "auth": "password", "options": options, "secrets": b"old"}
    return {**found, "status": "active", "version": 1, "created_at": 1, "updated_at": 1}


def test_a_token_is_renewed_over_the_one_it_came_from(alice: Actor, charlie: Actor) -> None:
    email_accounts.insert(alice.tenant_id, alice.mode, row("acc_1"))
    assert not email_accounts.replace_secrets(charlie.tenant_id, charlie.mode, "acc_1", b"old", b"stolen")
    assert email_accounts.replace_secrets(alice.tenant_id, alice.mode, "acc_1", b"old", b"new")
    assert not email_accounts.replace_secrets(alice.tenant_id, alice.mode, "acc_1", b"old", b"late")
    found = email_accounts.find(alice.tenant_id, alice.mode, "acc_1")
    assert found is not None
    assert found["secrets"] == b"new"


def test_accounts_to_fetch_from_are_those_with_a_server_for_it(alice: Actor) -> None:
    email_accounts.insert(alice.tenant_id, alice.mode, row("acc_1"))
    email_accounts.insert(alice.tenant_id, alice.mode, row("acc_2", '{"imap":{"host":"h"}}'))
    assert [one["id"] for one in email_accounts.receiving()] == ["acc_2"]
    email_accounts.note(alice.tenant_id, alice.mode, "acc_2", "disabled", "gone", None)
    assert email_accounts.receiving() == []
    assert len(email_accounts.page(alice.tenant_id, alice.mode, "", 9)) == 2
