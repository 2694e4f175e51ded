"""Sources as a tenant handles them: what may be entered, who may, and what is never shown."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from server.domain.actor import Actor
from server.domain.errors import Conflict, Denied, Missing, Stale, Unprocessable
from server.services import inbound_sources
from server.services.inbound_sources import InboundSecret, InboundSourceChange, NewInboundSource
from server.store import database
from tests.server.services.inbound.sources import SECRET, made, put, states, told
from tests.vectors.inbound import vectors


def faults_of(refused: pytest.ExceptionInfo[Unprocessable]) -> list[str]:
    return [fault.pointer for fault in refused.value.faults]


def test_secrets_are_sealed_and_never_shown(alice: Actor) -> None:
    source = made(alice, "meta", parameters={"verify_token": "a token for Meta"})
    text = json.dumps([source, inbound_sources.get(alice, source["id"]), told(alice, "inbound_source.created")])
    stored = repr(database.row("SELECT * FROM inbound_sources"))
    for secret in (SECRET, "a token for Meta"):
        assert secret not in text
        assert secret not in stored
    assert (source["has_secret"], source["parameters"]) == (True, {"verify_token": "********"})


@pytest.mark.parametrize(
    ("provider", "secret"),
    [
        ("stripe", "short"),
        ("discord", "00"),
        ("sendgrid", "nonsense"),
        ("adobe_commerce", "nonsense"),
        ("standard_webhooks", "whsec_!"),
        ("ses", SECRET),
    ],
)
def test_a_secret_that_nothing_could_be_verified_with_is_refused(alice: Actor, provider: str, secret: str) -> None:
    parameters = {"ses": {"topic_arn": "arn"}, "hmac": {"header": "X"}}.get(provider, {})
    with pytest.raises(Unprocessable) as refused:
        made(alice, provider, secret=secret, parameters=parameters)
    assert refused.value.stable_code == "invalid_secret"


@pytest.mark.parametrize("provider", ["discord", "sendgrid", "adobe_commerce", "standard_webhooks"])
def test_a_key_in_the_providers_own_form_is_taken(alice: Actor, provider: str) -> None:
    vector = next(one for one in vectors("accepted") if one["provider"] == provider)
    assert made(alice, provider, secret=vector["secrets"][0])["has_secret"]


@pytest.mark.parametrize(
    ("provider", "parameters", "pointers"),
    [
        ("nobody", {}, ["/provider"]),
        ("paypal", {}, ["/parameters/webhook_id"]),
        ("stripe", {"x": "y"}, ["/parameters/x"]),
        ("hmac", {"header": "X Sign"}, ["/parameters/header"]),
        ("hmac", {"header": "X-Sign", "digest": "md5"}, ["/parameters/digest"]),
        ("oidc_logout", {"issuer": "i", "client_id": "c", "jwks_url": "file:///x"}, ["/parameters/jwks_url"]),
    ],
)
def test_parameters_are_judged_one_by_one(alice: Actor, provider: str, parameters: dict[str, str], pointers: list[str]) -> None:
    with pytest.raises(Unprocessable) as refused:
        made(alice, provider, secret=None, parameters=parameters)
    assert faults_of(refused) == pointers


@pytest.mark.parametrize(
    "fields", [{"allowed_addresses": ["nowhere"]}, {"expected_every_seconds": 5}, {"tolerance_seconds": 0}, {"odd": 1}, {"name": ""}]
)
def test_fields_have_bounds(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        NewInboundSource(**{"name": "Shop", "provider": "stripe", **fields})


def test_a_change_is_told_with_what_changed_and_an_old_version_is_stale(alice: Actor) -> None:
    source = made(alice, expected_every_seconds=60)
    changed = inbound_sources.update(
        alice, source["id"], InboundSourceChange(expected_every_seconds=None, allowed_addresses=["192.0.2.0/24"]), version=1
    )
    assert (changed["expected_every_seconds"], changed["allowed_addresses"], changed["version"]) == (None, ["192.0.2.0/24"], 2)
    assert told(alice, "inbound_source.updated")[0]["changes"]["expected_every_seconds"] == [60, None]
    assert inbound_sources.update(alice, source["id"], InboundSourceChange(allowed_addresses=["192.0.2.0/24"]))["version"] == 2
    with pytest.raises(Stale):
        inbound_sources.update(alice, source["id"], InboundSourceChange(name="Other"), version=1)


def test_parameters_are_replaced_and_the_secrets_stay(alice: Actor) -> None:
    source = made(alice, "hmac", parameters={"header": "X-Sign"})
    changed = inbound_sources.update(alice, source["id"], InboundSourceChange(parameters={"header": "X-Other", "encoding": "base64"}))
    assert (changed["parameters"], changed["secrets"]) == ({"header": "X-Other", "encoding": "base64"}, 1)


def test_a_rotation_keeps_the_old_secrets_for_the_overlap_and_not_too_many(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    source = made(alice)
    assert inbound_sources.rotate_secret(alice, source["id"], InboundSecret(secret="the second one"))["secrets"] == 2
    assert inbound_sources.rotate_secret(alice, source["id"], InboundSecret(secret="the second one"))["secrets"] == 2
    monkeypatch.setattr(inbound_sources, "MOST_SECRETS", 2)
    with pytest.raises(Conflict):
        inbound_sources.rotate_secret(alice, source["id"], InboundSecret(secret="the third one"))
    assert inbound_sources.rotate_secret(alice, source["id"], InboundSecret(secret="the third one", overlap_seconds=0))["secrets"] == 1


def test_a_removed_source_discards_what_waits_and_forgets_its_secrets(alice: Actor) -> None:
    source = made(alice)
    put(alice, source["id"])
    inbound_sources.remove(alice, source["id"])
    assert states(source["id"]) == ["discarded"]
    with pytest.raises(Missing):
        inbound_sources.get(alice, source["id"])
    assert told(alice, "inbound_source.deleted")[0]["id"] == source["id"]


def test_others_may_not(alice: Actor, bob: Actor, charlie: Actor) -> None:
    source = made(alice)
    with pytest.raises(Missing):
        inbound_sources.get(charlie, source["id"])
    assert inbound_sources.get(bob, source["id"])["id"] == source["id"]
    for act in (
        lambda: made(bob),
        lambda: inbound_sources.update(bob, source["id"], InboundSourceChange(name="x")),
        lambda: inbound_sources.rotate_secret(bob, source["id"], InboundSecret(secret="the second one")),
        lambda: inbound_sources.remove(bob, source["id"]),
    ):
        with pytest.raises(Denied):
            act()


def test_a_tenant_may_have_so_many_and_no_more(alice: Actor) -> None:
    body = NewInboundSource(name="Shop", provider="stripe")
    inbound_sources.create(alice, body, most=1)
    with pytest.raises(Conflict):
        inbound_sources.create(alice, body, most=1)


def test_the_catalogue_says_what_to_enter(alice: Actor) -> None:
    found = {one["key"]: one for one in inbound_sources.providers(alice)}
    assert len(found) >= 30
    assert found["paypal"]["secret"] is None
    assert [one["name"] for one in found["paypal"]["parameters"]] == ["webhook_id"]
    assert found["slack"]["handshake"]
