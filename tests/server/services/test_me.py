"""Whoever calls is told who that is, with what rights and limits."""

from __future__ import annotations

from server.domain.actor import Actor, system_actor
from server.services import keys, me, tenants, tiers
from server.services.keys import NewKey
from server.services.tenants import TenantChange
from server.services.tiers import TierChange
from tests.server.services.people import person


def test_a_key_sees_itself_its_user_its_tenant_and_its_limits(alice: Actor, bob: Actor) -> None:
    tiers.put(system_actor(""), "gold", TierChange.model_validate({"limits": [{"requests": 5, "period": "minute"}]}))
    tenants.update(system_actor(""), alice.tenant_id, TenantChange(tier="gold"))
    key = keys.create(alice, NewKey(name="bob's", scopes=["contacts:read"], user_id=bob.id))
    found = me.get(Actor("key", key["id"], alice.tenant_id, "live", frozenset({"contacts:read"}), "viewer", bob.id))
    assert set(found) == set(me.MeView.model_fields)
    assert (found["kind"], found["mode"], found["role"], found["scopes"]) == ("key", "live", "viewer", ["contacts:read"])
    assert (found["tenant"]["name"], found["key"]["name"], found["user"]["email"]) == ("A", "bob's", "bob@example.com")
    assert found["tier"] == {"name": "gold", "limits": [{"requests": 5, "seconds": 60, "endpoints": [], "per": "tenant"}]}
    assert "argon2" not in repr(found)


def test_a_signed_in_user_has_no_key_and_an_operator_no_tenant(alice: Actor) -> None:
    found = me.get(person(alice.tenant_id, "member", "ada@example.com"))
    assert (found["key"], found["user"]["role"]) == (None, "member")
    found = me.get(person("", "operator", "op@example.com"))
    assert (found["tenant"], found["user"]["email"], found["tier"]["name"]) == (None, "op@example.com", "unlimited")


def test_an_operators_key_sees_itself_everywhere(alice: Actor) -> None:
    key = keys.create_operator_key(system_actor(""), "script")
    for tenant_id in ("", alice.tenant_id):
        found = me.get(Actor("operator", key["id"], tenant_id, "test", frozenset({"*"}), "operator"))
        assert found["key"]["name"] == "script"
