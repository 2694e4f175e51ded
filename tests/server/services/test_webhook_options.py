"""What may be chosen for a webhook: what is taken, what is refused, what is shown, and what lies sealed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from server.domain.actor import Actor
from server.domain.errors import JunctionError, Missing
from server.outbound import guard
from server.services import vaults, webhook_options, webhooks
from server.services.receivers import HEADERS_CONTEXT
from server.services.webhook_bodies import NewWebhook, SecretRotation, WebhookChange
from server.store import database
from server.system import clock, tls

TEMPLATE = {"body": "<lead>{{ data.record.email }}</lead>", "content_type": "application/xml"}
BASIC = {"type": "basic", "username": "shop", "password": "hunter2hunter2"}
BEARER = {"type": "bearer", "token": "hunter2hunter2"}
OAUTH = {"type": "oauth2", "token_url": "http://127.0.0.1:9/token", "client_id": "shop", "client_secret": "hunter2hunter2", "scope": "write"}


def create(actor: Actor, **options: Any) -> dict[str, Any]:
    body = NewWebhook.model_validate({"name": "Hook", "url": "http://127.0.0.1:9/", "events": ["*"], **options})
    return webhooks.create(actor, body, most=20)


def update(actor: Actor, webhook_id: str, **options: Any) -> dict[str, Any]:
    return webhooks.update(actor, webhook_id, WebhookChange.model_validate(options))


def options_of(webhook_id: str) -> dict[str, Any]:
    row = database.row("SELECT options FROM webhooks WHERE id = ?", (webhook_id,))
    assert row
    found: dict[str, Any] = orjson.loads(row[0])
    return found


def test_a_webhook_without_choices_keeps_none(alice: Actor) -> None:
    made = create(alice)
    assert options_of(made["id"]) == {}
    assert (made["format"], made["delivery_mode"], made["signatures"], made["ordering"]) == ("json", "at_least_once", ["v1"], None)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"filter": {"record.stage": "won"}}, {"filter": {"record.stage": "won"}}),
        ({"format": "flat_json"}, {"format": "flat_json"}),
        ({"format": "template", "template": TEMPLATE}, {"format": "template", "template": TEMPLATE}),
        ({"retry_schedule": [0, 10]}, {"retry_schedule": [0, 10]}),
        ({"timeout_seconds": 5}, {"timeout_seconds": 5}),
        ({"rate_limit": 50}, {"rate_limit": {"requests": 50, "period": "second"}}),
        ({"rate_limit": 50.0}, {"rate_limit": {"requests": 50, "period": "second"}}),
        ({"rate_limit": {"requests": 5, "period": "minute"}}, {"rate_limit": {"requests": 5, "period": "minute"}}),
        ({"concurrency": 2}, {"concurrency": 2}),
        ({"ordering": True}, {"ordering": {"key": "id", "policy": "skip", "after_hours": None}}),
        (
            {"ordering": {"key": "record.company_id", "policy": "park"}},
            {"ordering": {"key": "record.company_id", "policy": "park", "after_hours": None}},
        ),
        ({"delivery_mode": "at_most_once"}, {"delivery_mode": "at_most_once"}),
        ({"authentication": BASIC}, {"authentication": {**BASIC, "password": "********"}}),
        ({"authentication": BEARER}, {"authentication": {**BEARER, "token": "********"}}),
        (
            {"authentication": OAUTH},
            {"authentication": {**OAUTH, "client_secret": "********", "audience": None, "client_authentication": "header"}},
        ),
        (
            {"egress_proxy": {"url": "http://127.0.0.1:3128", "username": "me", "password": "hunter2hunter2"}},
            {"egress_proxy": {"url": "http://127.0.0.1:3128", "username": "me", "password": "********"}},
        ),
    ],
    ids=lambda value: next(iter(value)),
)
def test_a_choice_is_kept_shown_without_secrets_and_taken_back(alice: Actor, given: dict[str, Any], shown: dict[str, Any]) -> None:
    plain = create(alice)
    made = create(alice, **given)
    changed = update(alice, plain["id"], **given)
    for one in (made, changed, webhooks.get(alice, made["id"])):
        assert {name: one[name] for name in shown} == shown
    stored = [*database.rows("SELECT * FROM webhooks"), *database.rows("SELECT * FROM events"), *database.rows("SELECT * FROM audit")]
    assert "hunter2" not in str(stored)
    taken_back = update(alice, plain["id"], **{name: webhooks_default(name) for name in given})
    assert {name: taken_back[name] for name in given} == {name: plain[name] for name in given}
    assert options_of(plain["id"]) == {}


def webhooks_default(name: str) -> Any:
    return {"format": "json", "delivery_mode": "at_least_once"}.get(name)


@pytest.mark.parametrize(
    "given",
    [
        {"retry_schedule": []},
        {"retry_schedule": [-1]},
        {"retry_schedule": [0] * 26},
        {"timeout_seconds": 31},
        {"rate_limit": 0},
        {"rate_limit": {"requests": 5, "period": "day"}},
        {"concurrency": 0},
        {"concurrency": 101},
        {"ordering": "sometimes"},
        {"ordering": {"policy": "drop"}},
        {"ordering": {"after_hours": 0}},
        {"format": "yaml"},
        {"delivery_mode": "exactly_once"},
        {"signatures": ["v2"]},
        {"authentication": {"type": "digest"}},
        {"authentication": {**BASIC, "username": "a:b"}},
        {"authentication": {**BEARER, "token": "two words"}},
        {"authentication": {**BEARER, "token": "a\r\nX-Evil: 1"}},
        {"filter": []},
    ],
    ids=repr,
)
def test_what_is_no_choice_is_refused(given: dict[str, Any]) -> None:
    for model, rest in ((NewWebhook, {"name": "Hook", "url": "http://127.0.0.1:9/", "events": ["*"]}), (WebhookChange, {})):
        with pytest.raises(ValidationError):
            model.model_validate({**rest, **given})


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"filter": {"record.stage": {"equals": 1}}}, "invalid_filter"),
        ({"format": "template", "template": {"body": "{% include 'x' %}"}}, "invalid_template"),
        ({"format": "template"}, "invalid_options"),
        ({"template": TEMPLATE}, "invalid_options"),
        ({"signatures": ["v1a"]}, "invalid_options"),
        ({"authentication": {"type": "mtls", "certificate": "x", "private_key": "y"}}, "invalid_certificate"),
        ({"authentication": {**OAUTH, "token_url": "http://10.0.0.1/token"}}, guard.REFUSED),
        ({"egress_proxy": {"url": "http://169.254.169.254:3128"}}, guard.REFUSED),
    ],
    ids=repr,
)
def test_what_cannot_work_is_refused_when_made_and_when_changed(alice: Actor, given: dict[str, Any], code: str) -> None:
    made = create(alice)
    with pytest.raises(JunctionError) as refused:
        create(alice, **given)
    assert refused.value.stable_code == code
    with pytest.raises(JunctionError) as refused:
        update(alice, made["id"], **given)
    assert refused.value.stable_code == code


def test_a_client_certificate_is_kept_sealed_and_its_public_half_shown(alice: Actor, tmp_path: Path) -> None:
    tls.create_self_signed(tmp_path / "c.pem", tmp_path / "k.pem", ["localhost"])
    certificate, key = ((tmp_path / name).read_text() for name in ("c.pem", "k.pem"))
    made = create(alice, authentication={"type": "mtls", "certificate": certificate, "private_key": key})
    assert made["authentication"] == {"type": "mtls", "certificate": certificate, "private_key": "********"}
    assert "PRIVATE KEY" not in str(database.rows("SELECT * FROM webhooks"))


def test_changing_one_choice_leaves_the_others(alice: Actor) -> None:
    made = create(alice, authentication=BASIC, concurrency=2)
    changed = update(alice, made["id"], egress_proxy={"url": "http://127.0.0.1:3128"}, timeout_seconds=5)
    assert (changed["authentication"]["username"], changed["concurrency"], changed["timeout_seconds"]) == ("shop", 2, 5)


def test_a_mask_that_is_sent_back_keeps_what_it_stands_for(alice: Actor) -> None:
    made = create(alice, authentication=BASIC, headers={"X-Token": "hunter2"})
    update(alice, made["id"], authentication={**made["authentication"], "username": "other"}, headers={**made["headers"], "X-Team": "billing"})
    row = database.row("SELECT credentials, headers FROM webhooks WHERE id = ?", (made["id"],))
    assert row
    assert webhook_options.opened(made["id"], row[0])["authentication"] == {**BASIC, "username": "other"}
    assert orjson.loads(vaults.vault().open(row[1], HEADERS_CONTEXT + made["id"])) == {"X-Token": "hunter2", "X-Team": "billing"}


@pytest.mark.criterion("webhooks-16")
def test_a_key_pair_is_published_renewed_with_the_secret_and_taken_away(alice: Actor) -> None:
    made = create(alice, signatures=["v1", "v1a"])
    (first,) = webhooks.public_keys(made["id"])["keys"]
    assert made["public_key"] == first["whpk"]
    webhooks.rotate_secret(alice, made["id"], SecretRotation(overlap_seconds=60))
    second, old = webhooks.public_keys(made["id"])["keys"]
    assert (webhooks.get(alice, made["id"])["public_key"], old["whpk"]) == (second["whpk"], first["whpk"])
    assert first["whpk"] != second["whpk"]
    with clock.frozen(clock.now_ms() + 61_000):
        assert [key["whpk"] for key in webhooks.public_keys(made["id"])["keys"]] == [second["whpk"]]
    assert update(alice, made["id"], signatures=["v1"])["public_key"] is None
    with pytest.raises(Missing):
        webhooks.public_keys(made["id"])
    with pytest.raises(Missing):
        webhooks.public_keys("whk_none")
