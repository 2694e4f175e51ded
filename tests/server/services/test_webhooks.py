"""Webhooks: their secrets shown once and overlapping when rotated, and what they are owed held, released or cancelled with them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest
import standardwebhooks
import svix
from pydantic import ValidationError

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, JunctionError, Missing, Stale, Unprocessable
from server.outbound import guard
from server.services import events, wakes, webhooks
from server.services.dispatch import Desk, Room
from server.services.webhook_bodies import NewWebhook, SecretRotation, WebhookChange
from server.services.webhooks import MOST_SECRETS
from server.store import database
from server.system import clock

URL = "http://127.0.0.1:9/hooks"
OVERLAP = SecretRotation(overlap_seconds=3600)


def new(**fields: Any) -> NewWebhook:
    return NewWebhook.model_validate({"name": "Hook", "url": URL, "events": ["contact.*"], **fields})


def create(actor: Actor, **fields: Any) -> dict[str, Any]:
    return webhooks.create(actor, new(**fields), most=20)


def update(actor: Actor, webhook_id: str, version: int | None = None, **fields: Any) -> dict[str, Any]:
    return webhooks.update(actor, webhook_id, WebhookChange.model_validate(fields), version=version)


def happen(actor: Actor, number: int = 1) -> None:
    with database.transaction():
        events.emit(actor, "contact.created", f"con_{number}")


def states(webhook_id: str) -> list[str]:
    return [row[0] for row in database.rows("SELECT state FROM deliveries WHERE webhook_id = ? ORDER BY id", (webhook_id,))]


def code(act: Any) -> str:
    with pytest.raises(JunctionError) as refused:
        act()
    return refused.value.stable_code


def types() -> list[str]:
    return [row[0] for row in database.rows("SELECT type FROM events ORDER BY position")]


def test_a_secret_is_shown_once_and_lies_sealed(alice: Actor) -> None:
    made = create(alice, headers={"X-Token": "hunter2hunter2"})
    secret = made["secret"]
    assert 24 <= len(base64.b64decode(secret.removeprefix("whsec_"))) <= 64
    assert "secret" not in webhooks.get(alice, made["id"])
    assert webhooks.get(alice, made["id"])["headers"] == {"X-Token": "********"}
    stored = [*database.rows("SELECT * FROM webhooks"), *database.rows("SELECT * FROM events"), *database.rows("SELECT * FROM audit")]
    assert len(stored) == 3
    assert secret.removeprefix("whsec_") not in str(stored)
    assert "hunter2" not in str(stored)


def test_a_tenant_may_bring_its_own_secret(alice: Actor) -> None:
    secret = "whsec_" + base64.b64encode(bytes(range(32))).decode()
    assert create(alice, secret=secret)["secret"] == secret
    assert code(lambda: new(secret="whsec_c2hvcnQ=")) == "invalid_secret"


def test_only_who_may_write_makes_changes_and_ends_webhooks(alice: Actor, bob: Actor) -> None:
    made = create(alice)
    acts: tuple[Callable[[], object], ...] = (
        lambda: create(bob),
        lambda: update(bob, made["id"], name="Mine"),
        lambda: webhooks.set_status(bob, made["id"], "disabled"),
        lambda: webhooks.rotate_secret(bob, made["id"], OVERLAP),
        lambda: webhooks.remove(bob, made["id"]),
    )
    for act in acts:
        with pytest.raises(Denied):
            act()
    assert webhooks.get(bob, made["id"])["name"] == "Hook"


def test_another_tenant_and_mode_find_nothing(alice: Actor, charlie: Actor) -> None:
    made = create(alice)
    for stranger in (charlie, replace(alice, mode="test")):
        acts = (
            lambda who=stranger: webhooks.get(who, made["id"]),
            lambda who=stranger: update(who, made["id"], name="Mine"),
            lambda who=stranger: webhooks.set_status(who, made["id"], "disabled"),
            lambda who=stranger: webhooks.rotate_secret(who, made["id"], OVERLAP),
            lambda who=stranger: webhooks.remove(who, made["id"]),
        )
        for act in acts:
            with pytest.raises(Missing):
                act()
        assert webhooks.list_page(stranger, None, 10) == ([], None)
    assert webhooks.get(alice, made["id"])["version"] == 1


def test_a_tenant_has_only_so_many(alice: Actor, charlie: Actor) -> None:
    webhooks.create(alice, new(), most=1)
    with pytest.raises(Conflict) as refused:
        webhooks.create(alice, new(), most=1)
    assert refused.value.stable_code == "too_many_webhooks"
    webhooks.create(charlie, new(), most=1)


@pytest.mark.parametrize(
    "url", ["ftp://example.com/", "http://user:pass@127.0.0.1/", "http://10.1.2.3/", "http://169.254.169.254/", "no url", "http:///x"]
)
def test_an_address_that_may_not_be_called_is_refused_when_made_and_when_changed(alice: Actor, url: str) -> None:
    made = create(alice)
    assert {code(lambda: create(alice, url=url)), code(lambda: update(alice, made["id"], url=url))} == {guard.REFUSED}
    assert webhooks.get(alice, made["id"])["url"] == URL


def test_patterns_are_kept_in_their_one_spelling_and_unknown_ones_refused(alice: Actor) -> None:
    assert create(alice, events=["WebhookConfigured", "webhook.created", "*"])["events"] == ["webhook.created", "*"]
    assert create(alice, events=["HubSpotContactCreated"])["events"] == ["HubSpotContactCreated"]
    assert code(lambda: new(events=["contact.craeted"])) == "unknown_event_type"


def test_null_empties_what_can_be_empty(alice: Actor) -> None:
    made = create(alice, description="Text", headers={"X-Token": "x"})
    changed = update(alice, made["id"], description=None, headers=None)
    assert (changed["description"], changed["headers"], changed["name"]) == (None, {}, "Hook")


def test_a_change_that_changes_nothing_is_no_event(alice: Actor) -> None:
    made = create(alice)
    assert update(alice, made["id"], name="Hook", active=True)["version"] == 1
    assert webhooks.set_status(alice, made["id"], "active")["version"] == 1
    assert types() == ["webhook.created"]


def test_a_change_says_what_it_changed_and_guards_its_version(alice: Actor) -> None:
    made = create(alice)
    changed = update(alice, made["id"], version=1, name="New", events=["deal.*"])
    assert (changed["name"], changed["events"], changed["version"]) == ("New", ["deal.*"], 2)
    with pytest.raises(Stale):
        update(alice, made["id"], version=1, name="Late")
    with pytest.raises(Stale):
        webhooks.remove(alice, made["id"], version=1)
    row = database.row("SELECT changes FROM audit ORDER BY position DESC")
    assert row is not None
    assert orjson.loads(row[0]) == {"name": ["Hook", "New"], "events": [["contact.*"], ["deal.*"]]}


def test_pausing_holds_what_is_owed_and_activating_releases_it(alice: Actor) -> None:
    woken: list[str] = []
    made, other = create(alice), create(alice)
    happen(alice, 1)
    assert update(alice, made["id"], active=False)["status"] == "paused"
    happen(alice, 2)
    assert (states(made["id"]), states(other["id"])) == (["held", "held"], ["pending", "pending"])
    wakes.install(woken.append)
    assert update(alice, made["id"], active=True)["status"] == "active"
    assert (states(made["id"]), woken) == (["pending", "pending"], ["deliveries"])


def test_disabling_and_enabling_do_the_same_with_a_reason(alice: Actor) -> None:
    made = create(alice)
    happen(alice)
    off = webhooks.set_status(alice, made["id"], "disabled", "Disabled by hand.")
    assert (off["active"], off["status"], off["status_reason"], states(made["id"])) == (False, "disabled", "Disabled by hand.", ["held"])
    assert update(alice, made["id"], active=False)["status"] == "disabled", "it was not active anyway"
    on = webhooks.set_status(alice, made["id"], "active")
    assert (on["status"], on["status_reason"], states(made["id"])) == ("active", None, ["pending"])
    assert types() == ["webhook.created", "contact.created", "webhook.disabled", "webhook.updated"]


def test_what_has_ended_is_neither_held_nor_released_nor_cancelled(alice: Actor) -> None:
    made = create(alice)
    for number, state in enumerate(("delivered", "dead", "cancelled")):
        happen(alice, number)
        database.execute("UPDATE deliveries SET state = ?, finished_at = 1 WHERE state = 'pending'", (state,))
    update(alice, made["id"], active=False)
    update(alice, made["id"], active=True)
    webhooks.remove(alice, made["id"])
    assert sorted(states(made["id"])) == ["cancelled", "dead", "delivered"]


def test_removing_a_webhook_cancels_what_it_is_still_owed(alice: Actor) -> None:
    made, other = create(alice), create(alice)
    happen(alice, 1)
    update(alice, made["id"], active=False)
    happen(alice, 2)
    webhooks.remove(alice, made["id"])
    assert states(made["id"]) == ["cancelled", "cancelled"]
    assert states(other["id"]) == ["pending", "pending"]
    with pytest.raises(Missing):
        webhooks.get(alice, made["id"])
    happen(alice, 3)
    assert len(states(made["id"])) == 2, "nothing is owed to what is gone"
    assert types()[-2:] == ["webhook.deleted", "contact.created"]


def test_every_delivery_is_in_one_state_after_whatever_is_done(alice: Actor) -> None:
    made = create(alice)
    acts: tuple[Callable[[], object], ...] = (
        lambda: update(alice, made["id"], active=False),
        lambda: update(alice, made["id"], active=True),
        lambda: webhooks.set_status(alice, made["id"], "disabled"),
        lambda: webhooks.set_status(alice, made["id"], "active"),
        lambda: webhooks.remove(alice, made["id"]),
    )
    for number, act in enumerate(acts, 1):
        happen(alice, number)
        act()
        counted = database.rows("SELECT state FROM deliveries WHERE webhook_id = ?", (made["id"],))
        assert len(counted) == number
        assert {row[0] for row in counted} <= {"pending", "held", "cancelled"}
        assert len({row[0] for row in counted}) == 1


def signed(alice: Actor) -> tuple[dict[str, str], bytes]:
    """Return the headers and body that the delivery loop would post for a new event, now."""
    happen(alice)
    found = Desk(lease_ms=1000, schedule=(0,)).turn([], Room(10, 10))
    work = found[-1]
    return work.receiver.sign(work.delivery.event_id, clock.now_ms() // 1000, work.body), work.body


def accepts(secret: str, message: tuple[dict[str, str], bytes]) -> bool:
    """Tell whether two foreign libraries accept a message; they have to agree."""
    headers, body = message
    opinions = set()
    for library in (standardwebhooks, svix):
        try:
            library.Webhook(secret).verify(body.decode(), headers)
        except library.WebhookVerificationError:
            opinions.add(False)
        else:
            opinions.add(True)
    assert len(opinions) == 1
    return opinions.pop()


@pytest.mark.criterion("api-30")
def test_a_receiver_verifies_with_either_secret_for_the_overlap_and_then_with_the_new_one(alice: Actor) -> None:
    made = create(alice)
    real = clock.now_ms() // 1000 * 1000
    day = SecretRotation(overlap_seconds=86_400)
    with clock.frozen(real - 86_400_000) as held:
        fresh = webhooks.rotate_secret(alice, made["id"], day)["secret"]
        held.advance(86_399_000)
        message = signed(alice)
        assert [accepts(secret, message) for secret in (made["secret"], fresh)] == [True, True]
        assert message[0]["webhook-signature"].count(" ") == 1
        held.advance(1_000)
        message = signed(alice)
        assert [accepts(secret, message) for secret in (made["secret"], fresh)] == [False, True]


def test_a_second_rotation_lets_the_first_secret_end_in_its_own_time(alice: Actor) -> None:
    with clock.frozen(clock.now_ms() // 1000 * 1000) as held:
        first = create(alice)
        second = webhooks.rotate_secret(alice, first["id"], OVERLAP)["secret"]
        held.advance(1_800_000)
        third = webhooks.rotate_secret(alice, first["id"], OVERLAP)["secret"]
        lives = []
        for _ in range(3):
            lives.append(signed(alice)[0]["webhook-signature"].count("v1,"))
            held.advance(1_800_000)
    assert lives == [3, 2, 1]
    assert len({first["secret"], second, third}) == 3


def test_without_an_overlap_the_old_secret_ends_at_once(alice: Actor) -> None:
    made = create(alice)
    fresh = webhooks.rotate_secret(alice, made["id"], SecretRotation(overlap_seconds=0))["secret"]
    message = signed(alice)
    assert [accepts(secret, message) for secret in (made["secret"], fresh)] == [False, True]


def test_secrets_do_not_pile_up(alice: Actor) -> None:
    made = create(alice)
    for _ in range(MOST_SECRETS - 1):
        webhooks.rotate_secret(alice, made["id"], OVERLAP)
    assert code(lambda: webhooks.rotate_secret(alice, made["id"], OVERLAP)) == "too_many_secrets"
    assert signed(alice)[0]["webhook-signature"].count("v1,") == MOST_SECRETS
    webhooks.rotate_secret(alice, made["id"], SecretRotation(overlap_seconds=0))


@pytest.mark.parametrize("seconds", [-1, 604_801])
def test_an_overlap_is_at_most_seven_days(seconds: int) -> None:
    with pytest.raises(ValidationError):
        SecretRotation(overlap_seconds=seconds)


def test_lists_go_on_by_their_cursor(alice: Actor) -> None:
    made = sorted(create(alice)["id"] for _ in range(3))
    first, cursor = webhooks.list_page(alice, None, 2)
    second, end = webhooks.list_page(alice, cursor, 2)
    assert ([row["id"] for row in first + second], end) == (made, None)


def test_a_refused_webhook_leaves_nothing(alice: Actor) -> None:
    with pytest.raises(Unprocessable):
        create(alice, url="http://10.0.0.1/")
    assert (types(), webhooks.list_page(alice, None, 10)) == ([], ([], None))
