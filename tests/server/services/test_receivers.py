"""Receivers made ready: every choice ends up where the request is made, and a plain webhook has nothing extra."""

from __future__ import annotations

import base64
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook

from server.domain.actor import Actor
from server.services import receivers, webhooks
from server.services.receivers import Rate, Receiver
from server.services.webhook_bodies import NewWebhook, SecretRotation
from server.store import webhooks as stored
from server.system import clock

SCHEDULE = (0, 5, 300, 1800, 7200)
BODY = b'{"type":"contact.created","data":{"id":"con_1"}}'


def made(actor: Actor, **options: Any) -> tuple[Receiver, dict[str, Any]]:
    body = NewWebhook.model_validate({"name": "Hook", "url": "http://127.0.0.1:9/hooks", "events": ["*"], **options})
    found = webhooks.create(actor, body, most=100)
    return ready(found["id"]), found


def ready(webhook_id: str) -> Receiver:
    (target,) = stored.targets([webhook_id])
    return receivers.receiver(target, SCHEDULE)


def test_a_plain_webhook_has_nothing_extra(alice: Actor) -> None:
    found, _ = made(alice)
    assert (found.special, found.choosy, found.way, found.rate, found.concurrency, found.key_pairs) == (False, False, None, None, None, ())
    assert (found.schedule, found.headers["Content-Type"]) == (SCHEDULE, "application/json")


@pytest.mark.parametrize(
    ("authentication", "header"),
    [
        ({"type": "basic", "username": "shop", "password": "pass word"}, "Basic " + base64.b64encode(b"shop:pass word").decode()),
        ({"type": "bearer", "token": "abc.def"}, "Bearer abc.def"),
    ],
)
def test_credentials_stand_in_the_request_and_are_masked_in_its_record(alice: Actor, authentication: dict[str, str], header: str) -> None:
    found, _ = made(alice, authentication=authentication, headers={"authorization": "mine", "X-Own": "1"})
    sent = found.sign("evt_1", 5, BODY)
    assert (sent["Authorization"], sent["X-Own"]) == (header, "1")
    assert "authorization" not in sent
    assert header not in str(found.masked)
    assert header not in repr(found)


def test_oauth_and_a_proxy_are_kept_for_the_one_who_posts(alice: Actor) -> None:
    oauth = {"type": "oauth2", "token_url": "http://127.0.0.1:9/token", "client_id": "a", "client_secret": "secretsecret"}
    found, _ = made(alice, authentication=oauth, egress_proxy={"url": "http://127.0.0.1:3128", "username": "me", "password": "a@b"})
    assert found.token is not None
    assert found.token["client_id"] == "a"
    assert found.way is not None
    assert found.way.proxy == "http://me:a%40b@127.0.0.1:3128"
    assert found.special
    assert "secretsecret" not in repr(found)


def test_a_format_has_its_content_type(alice: Actor) -> None:
    form, _ = made(alice, format="form")
    assert form.headers["Content-Type"] == "application/x-www-form-urlencoded"
    template, _ = made(alice, format="template", template={"body": "<id>{{ data.id }}</id>", "content_type": "text/xml"})
    assert template.headers["Content-Type"] == "text/xml"
    assert template.render is not None
    assert template.render(BODY) == b"<id>con_1</id>"


@pytest.mark.parametrize(
    ("options", "schedule"),
    [
        ({"retry_schedule": [0, 1]}, (0, 1)),
        ({"ordering": {"after_hours": 1}}, (0, 5, 300, 1800)),
        ({"ordering": {"after_hours": 0.001}, "retry_schedule": [60, 60]}, (60,)),
    ],
)
def test_a_webhook_has_its_own_schedule_cut_where_its_order_says(alice: Actor, options: dict[str, Any], schedule: tuple[int, ...]) -> None:
    assert made(alice, **options)[0].schedule == schedule


def test_a_rate_is_an_interval_with_two_seconds_to_save_up(alice: Actor) -> None:
    assert made(alice, rate_limit=100)[0].rate == Rate(10, 1990)
    assert made(alice, rate_limit={"requests": 10, "period": "minute"})[0].rate == Rate(6000, 0)


@pytest.mark.criterion("webhooks-16")
def test_every_live_secret_and_key_signs_and_ended_ones_do_not(alice: Actor) -> None:
    found, shown = made(alice, signatures=["v1", "v1a"])
    old = shown["secret"]
    new = webhooks.rotate_secret(alice, shown["id"], SecretRotation(overlap_seconds=60))["secret"]
    keys = [one["whpk"] for one in webhooks.public_keys(shown["id"])["keys"]]
    found, now = ready(shown["id"]), clock.now_ms() // 1000
    headers = found.sign("evt_1", now, BODY)
    assert [token.partition(",")[0] for token in headers["webhook-signature"].split(" ")] == ["v1", "v1", "v1a", "v1a"]
    for secret in (old, new):
        assert Webhook(secret).verify(BODY, headers) == orjson.loads(BODY)
    for key, token in zip(keys, headers["webhook-signature"].split(" ")[2:], strict=True):
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key.removeprefix("whpk_")))
        public.verify(base64.b64decode(token.removeprefix("v1a,")), b"evt_1.%d.%b" % (now, BODY))
    assert len(found.sign("evt_1", now + 61, BODY)["webhook-signature"].split(" ")) == 2
