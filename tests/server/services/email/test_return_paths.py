"""Return paths of messages."""

from __future__ import annotations

from server.domain.actor import Actor
from server.services.email import return_paths
from server.store import database
from tests.mailing import verified


def test_a_path_lies_in_the_return_domain_and_nothing_answers_to_a_path_of_nobody(alice: Actor, charlie: Actor) -> None:
    verified(alice.tenant_id, "example.com")
    recipient = "rcp_" + "0" * 26
    assert return_paths.make(alice.tenant_id, alice.mode, "example.com", recipient) is None
    with database.transaction():
        database.execute("UPDATE sending_domains SET return_path = 'bounce.example.com'")
    made = return_paths.make(alice.tenant_id, alice.mode, "news.example.com", recipient)
    assert made is not None
    assert made.endswith("@bounce.example.com")
    assert return_paths.make(charlie.tenant_id, charlie.mode, "example.com", recipient) is None
    assert return_paths.find_recipient(made) is None
