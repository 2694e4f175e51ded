"""Quotas: read with the counters that requests are counted with, and only inside one's own tenant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied, Missing
from server.services import keys, limits, quotas
from server.services.keys import NewKey
from server.services.limits import Limiter
from server.store import database, tiers

LIMITS = '[{"requests": 9, "period": "day"}, {"requests": 5, "period": "hour", "per": "key"}, {"requests": 3, "period": "hour", "per": "user"}]'


@pytest.fixture(autouse=True)
def on_gold(alice: Actor) -> None:
    tiers.put({"name": "gold", "price": None, "limits": LIMITS, "costs": "[]", "version": 1, "created_at": 0, "updated_at": 0})
    database.execute("UPDATE tenants SET tier = 'gold'")
    limits.install(Limiter())


def test_a_person_sees_the_tenants_quota_and_the_own(alice: Actor) -> None:
    found = quotas.list_all(alice, None, None)
    assert [(one["name"], one["subject_id"], one["used"], one["remaining"], one["resets_at"]) for one in found] == [
        ("day", alice.tenant_id, 0, 9, None),
        ("user-hour2", "usr_alice", 0, 3, None),
    ]


def test_a_key_and_a_user_may_be_named(alice: Actor) -> None:
    made = keys.create(alice, NewKey.model_validate({"name": "k", "scopes": ["*"], "limits": [{"requests": 2, "period": "day"}]}))
    found = quotas.list_all(alice, made["id"], "usr_bob")
    assert [(one["name"], one["subject_id"]) for one in found] == [
        ("day", alice.tenant_id),
        ("key-hour1", made["id"]),
        ("user-hour2", "usr_bob"),
        ("own-day", made["id"]),
    ]


def test_nobody_looks_without_the_scope_or_into_another_tenant(alice: Actor, charlie: Actor) -> None:
    made = keys.create(alice, NewKey(name="k", scopes=["*"]))
    with pytest.raises(Denied):
        quotas.list_all(replace(alice, scopes=frozenset({"contacts:read"})), None, None)
    for key_id, user_id in ((made["id"], None), (None, "usr_bob"), ("cli_none", None)):
        with pytest.raises(Missing):
            quotas.list_all(charlie, key_id, user_id)
    with pytest.raises(Missing):
        quotas.list_all(replace(alice, tenant_id="ten_gone"), None, None)
