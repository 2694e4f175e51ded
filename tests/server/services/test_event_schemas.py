"""Every event type has a schema that its sample fits, and that what really happens fits."""

from __future__ import annotations

from typing import Any

import jsonschema
import orjson
import pytest

from server.domain.actor import Actor
from server.domain.errors import Missing
from server.domain.events import catalogue
from server.services import event_schemas, keys, records, samples, webhooks
from server.services.keys import NewKey
from server.services.webhook_bodies import NewWebhook, WebhookChange
from server.store import events as stored
from server.store.records import by_noun


def fits(body: dict[str, Any]) -> bool:
    schema = event_schemas.schema(body["type"])
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema).is_valid(body)


@pytest.mark.parametrize("event_type", catalogue())
def test_the_sample_of_a_type_fits_its_schema_and_no_other(event_type: str) -> None:
    body = samples.body(event_type)
    assert fits(body)
    for broken in ({"data": None}, {"created": "now"}, {"api_version": "2020-01-01"}, {"data": {**body["data"], "changes": {"name": 1}}}):
        assert not fits({**body, **broken})


@pytest.mark.parametrize("noun", sorted(set(by_noun()) - {"object"}))
def test_what_happens_to_a_record_fits_the_schema(alice: Actor, noun: str) -> None:
    resource = by_noun()[noun]
    body = {name: value for name, value in samples.RECORDS[noun].items() if name in resource.fields}
    made = records.create(alice, resource, {**body, "tags": ["new"], "external_ids": {"shop": "1"}})
    records.update(alice, resource, made["id"], {"tags": []})
    records.remove(alice, resource, made["id"])
    records.restore(alice, resource, made["id"])
    verbs = [event["type"].partition(".")[2] for event in told(alice)]
    assert [verb for verb in verbs if verb != "succeeded"] == ["created", "updated", "deleted", "restored"]
    assert all(fits(event) for event in told(alice))


def test_what_happens_to_webhooks_and_keys_fits_the_schema(alice: Actor) -> None:
    made = webhooks.create(alice, NewWebhook(name="Orders", url="http://127.0.0.1:9/", events=["*"]), most=9)
    webhooks.update(alice, made["id"], WebhookChange(active=False))
    webhooks.set_status(alice, made["id"], "disabled")
    webhooks.remove(alice, made["id"])
    keys.revoke(alice, keys.create(alice, NewKey(name="Shop", scopes=["contacts:read"]))["id"])
    assert len(told(alice)) == 6
    assert all(fits(event) for event in told(alice))


def test_there_is_no_schema_of_what_is_not_in_the_catalogue() -> None:
    with pytest.raises(Missing):
        event_schemas.schema("contact.vanished")
    with pytest.raises(Missing):
        event_schemas.schema("contact.created", "2020-01-01")


def told(actor: Actor) -> list[dict[str, Any]]:
    """Return every event of the tenant."""
    return [orjson.loads(body) for _, _, body in stored.after(actor.tenant_id, actor.mode, stored.FIRST, 100)]
