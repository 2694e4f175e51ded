"""A review is its author's alone, read by all, and marked when its author had the connector."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied, Missing
from server.services import integration_reviews, integrations
from server.services.integration_reviews import NewReview
from tests.installed import Install


def test_a_second_one_takes_the_place_of_the_first(alice: Actor, charlie: Actor, newsletter: Install) -> None:
    newsletter()
    first = integration_reviews.put(alice, "mailchimp", NewReview(rating=2))
    second = integration_reviews.put(alice, "mailchimp", NewReview(rating=5, title="Better", author="A."))
    assert (first["id"], second["version"], second["verified"], second["own"]) == (second["id"], 2, True, True)
    theirs = integration_reviews.put(charlie, "mailchimp", NewReview(rating=4))
    assert theirs["verified"] is False
    seen = integration_reviews.list_page(charlie, "mailchimp", None, 10)[0]
    assert [(one["rating"], one["own"]) for one in seen] == [(4, True), (5, False)]
    shown = integrations.get(alice, "mailchimp", "https://x")
    assert (shown["rating"], shown["reviews"]) == (4.5, 2)


def test_nobody_removes_what_others_wrote(alice: Actor, dora: Actor) -> None:
    integration_reviews.put(alice, "mailchimp", NewReview(rating=1))
    with pytest.raises(Missing):
        integration_reviews.remove(dora, "mailchimp")
    integration_reviews.remove(alice, "mailchimp")
    assert integration_reviews.list_page(alice, "mailchimp", None, 10) == ([], None)


def test_who_may_only_read_writes_none(bob: Actor, alice: Actor) -> None:
    with pytest.raises(Denied):
        integration_reviews.put(bob, "mailchimp", NewReview(rating=1))
    with pytest.raises(Missing):
        integration_reviews.put(replace(alice, owner_id=None), "nothing", NewReview(rating=1))
