"""Events as their readers see them: in order, only what they may read, and from where they left off."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied, Invalid, Missing
from server.services import events, feeds, keys, samples
from server.services.keys import NewKey
from server.store import database
from server.system import clock


def happen(actor: Actor, event_type: str = "contact.created", object_id: str = "con_1") -> str:
    with database.transaction():
        return events.publish(actor, event_type, object_id, record={"id": object_id, "type": "vehicle"})


def listed(actor: Actor, pattern: str | None = None, since: int = 0) -> list[str]:
    return [event["id"] for event in feeds.list_page(actor, pattern, since, None, 50)[0]]


def test_a_list_goes_on_by_its_cursor_in_the_order_of_the_commits(alice: Actor) -> None:
    made = [happen(alice) for _ in range(5)]
    first, cursor = feeds.list_page(alice, None, 0, None, 3)
    second, end = feeds.list_page(alice, None, 0, cursor, 3)
    assert [event["id"] for event in first + second] == made
    assert end is None


def test_a_list_takes_types_patterns_aliases_and_a_moment(alice: Actor) -> None:
    contact, deal, key = happen(alice), happen(alice, "deal.updated"), happen(alice, "api_key.created")
    assert listed(alice, "contact.created") == [contact]
    assert listed(alice, "deal.*") == [deal]
    assert listed(alice, "APIKeyGenerated") == [key]
    assert listed(alice, "*") == [contact, deal, key]
    assert listed(alice, since=clock.now_ms() + 60_000) == []
    with pytest.raises(Invalid):
        listed(alice, "contract.created")


def test_a_reader_sees_only_the_nouns_it_may_read(alice: Actor) -> None:
    contact, deal = happen(alice), happen(alice, "deal.created")
    narrow = replace(alice, scopes=frozenset({"events:read", "contacts:read"}))
    assert listed(narrow) == [contact]
    assert listed(narrow, "deal.*") == []
    assert orjson.loads(feeds.get(narrow, contact))["id"] == contact
    with pytest.raises(Missing):
        feeds.get(narrow, deal)
    with pytest.raises(Denied):
        listed(replace(alice, scopes=frozenset({"contacts:read"})))


def test_another_tenant_and_the_other_mode_see_nothing(alice: Actor, charlie: Actor) -> None:
    event_id = happen(alice)
    for stranger in (charlie, replace(alice, mode="test")):
        assert listed(stranger) == []
        with pytest.raises(Missing):
            feeds.get(stranger, event_id)


def test_a_cursor_of_another_tenant_is_refused(alice: Actor, charlie: Actor) -> None:
    for _ in range(2):
        happen(alice)
    _, cursor = feeds.list_page(alice, None, 0, None, 1)
    with pytest.raises(Invalid):
        feeds.list_page(charlie, None, 0, cursor, 1)


def test_a_sample_that_was_sent_is_no_event(alice: Actor) -> None:
    with database.transaction():
        events.publish_sample(alice, "contact.created", samples.details("contact.created"), "whk_1")
    assert listed(alice) == []


def test_a_follower_gets_what_comes_after_it_began_and_nothing_twice(alice: Actor) -> None:
    happen(alice)
    new = feeds.follow(alice, None, None)
    assert new() == []
    made = [happen(alice), happen(alice, "deal.created")]
    found = new() or []
    assert [orjson.loads(body)["id"] for _, _, body in found] == made
    assert new() == []
    again = feeds.follow(alice, None, found[0][0])
    assert [orjson.loads(body)["id"] for _, _, body in again() or []] == made[1:]


def test_an_operator_follows_every_tenant_and_nobody_else_may(alice: Actor, charlie: Actor, operator: Actor) -> None:
    new = feeds.follow_all(operator, None)
    made = [happen(alice), happen(charlie)]
    assert [orjson.loads(body)["id"] for _, _, body in new() or []] == made
    with pytest.raises(Denied):
        feeds.follow_all(alice, None)


def test_following_ends_when_the_key_does(alice: Actor) -> None:
    made = keys.create(alice, NewKey(name="k", scopes=["events:read"]))
    new = feeds.follow(replace(alice, kind="key", id=made["id"], owner_id=None), None, None)
    assert new() == []
    keys.revoke(alice, made["id"])
    with clock.frozen(clock.now_ms() + 1):
        assert new() is None


def test_the_catalogue_names_aliases_and_shows_samples(alice: Actor) -> None:
    found = {kind["name"]: kind for kind in feeds.types(alice)}
    assert found["webhook.created"]["alias"] == "WebhookConfigured"
    assert found["api_request.received"]["explicit_only"] is True
    assert found["contact.created"]["sample"]["data"]["object"] == "contact"
    with pytest.raises(Denied):
        feeds.types(replace(alice, scopes=frozenset({"contacts:read"})))
