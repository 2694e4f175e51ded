"""Which webhooks are owed an event by what it says, and in which line it stands for each."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.actor import Actor
from server.services import events, webhooks
from server.services.webhook_bodies import NewWebhook, WebhookChange
from server.store import database


def subscribe(actor: Actor, **options: Any) -> str:
    body = NewWebhook.model_validate({"name": "Hook", "url": "http://127.0.0.1:9/", "events": ["deal.*"], **options})
    return str(webhooks.create(actor, body, most=20)["id"])


def happen(actor: Actor, **record: Any) -> None:
    with database.transaction():
        events.emit(actor, "deal.updated", "deal_1", record=record, changes={"stage": ["open", "won"]})


def lines(webhook_id: str) -> list[str | None]:
    return [row[0] for row in database.rows("SELECT ordering_key FROM deliveries WHERE webhook_id = ? ORDER BY id", (webhook_id,))]


def test_what_a_filter_refuses_is_never_owed(alice: Actor) -> None:
    picky, plain = subscribe(alice, filter={"record.value.amount": {"gte": 1000}}), subscribe(alice)
    for amount in ("999.00", "1000.00", "12000.00"):
        happen(alice, value={"amount": amount})
    assert (len(lines(picky)), len(lines(plain))) == (2, 3)


def test_a_filter_on_changes_takes_only_what_changed(alice: Actor) -> None:
    stage, name = (subscribe(alice, filter={f"changes.{field}": {"null": False}}) for field in ("stage", "name"))
    happen(alice)
    assert (len(lines(stage)), len(lines(name))) == (1, 0)


def test_a_filter_that_is_taken_back_takes_everything_from_then_on(alice: Actor) -> None:
    webhook_id = subscribe(alice, filter={"record.stage": "lost"})
    happen(alice, stage="won")
    webhooks.update(alice, webhook_id, WebhookChange(filter=None))
    happen(alice, stage="won")
    assert len(lines(webhook_id)) == 1


@pytest.mark.parametrize(
    ("ordering", "line"),
    [
        (None, None),
        (False, None),
        ("none", None),
        (True, "deal_1"),
        ("strict", "deal_1"),
        ({"key": "record.company_id"}, "cmp_1"),
        ({"key": "data.record.tags"}, "a/b"),
        ({"key": "record.missing"}, ""),
        ({"key": ""}, ""),
    ],
    ids=repr,
)
def test_an_ordered_webhook_has_its_deliveries_stand_in_lines(alice: Actor, ordering: Any, line: str | None) -> None:
    webhook_id = subscribe(alice, ordering=ordering) if ordering is not None else subscribe(alice)
    happen(alice, company_id="cmp_1", tags=["a", "b"])
    assert lines(webhook_id) == [line]
