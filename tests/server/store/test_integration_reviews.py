"""Reviews: one by each user, read by everybody, with the average that follows."""

from __future__ import annotations

from typing import Any

from server.domain.actor import Actor
from server.store import database, integration_reviews


def put(actor: Actor, review_id: str, rating: int, user: str = "usr_1") -> None:
    row: dict[str, Any] = {"id": review_id, "integration": "hubspot", "user_id": user, "rating": rating, "verified": 1, "version": 1}
    with database.transaction():
        integration_reviews.put(actor.tenant_id, {**row, "created_at": 1, "updated_at": 1})


def test_a_user_has_one_review_of_a_connector(alice: Actor) -> None:
    put(alice, "rev_1", 2)
    put(alice, "rev_2", 5)
    found = integration_reviews.find_own(alice.tenant_id, "hubspot", "usr_1")
    assert found is not None
    assert (found["id"], found["rating"]) == ("rev_1", 5)
    assert integration_reviews.delete_own(alice.tenant_id, "hubspot", "usr_1")
    assert not integration_reviews.delete_own(alice.tenant_id, "hubspot", "usr_1")


def test_everybody_reads_all_and_the_average_is_of_all(alice: Actor, charlie: Actor) -> None:
    put(alice, "rev_1", 2)
    put(alice, "rev_2", 5, "usr_2")
    put(charlie, "rev_3", 4)
    assert [one["id"] for one in integration_reviews.page("hubspot", "", 2)] == ["rev_3", "rev_2"]
    assert [one["id"] for one in integration_reviews.page("hubspot", "rev_2", 2)] == ["rev_1"]
    assert integration_reviews.ratings() == {"hubspot": (3.67, 3)}
