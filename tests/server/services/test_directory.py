"""Operators find tenants, users and keys by what they remember of them."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor, system_actor
from server.domain.errors import Denied, Invalid
from server.services import directory, keys
from server.services.keys import NewKey
from server.services.tenants import NewTenant, create
from tests.server.services.people import person

OPERATOR = system_actor("")


def found(text: str, limit: int = 50) -> list[tuple[str, str]]:
    """Return what is found as `(object, title)`."""
    return [(one["object"], one["title"]) for one in directory.search(OPERATOR, text, limit)]


def test_tenants_users_and_keys_are_found_by_name_address_and_id(alice: Actor) -> None:
    tenant, _ = create(OPERATOR, NewTenant(name="Müller 100%"), "standard")
    ada = person(tenant["id"], "owner", "ada.muller@example.com")
    key = keys.create(system_actor(tenant["id"]), NewKey(name="Müllers shop", scopes=["contacts:read"]))
    assert found("MÜLLER") == [("tenant", "Müller 100%"), ("api_key", "Müllers shop")]
    assert found("muller@ex") == [("user", "ada.muller@example.com")]
    assert found("0%") == [("tenant", "Müller 100%")]
    assert found("m_ller") == []
    for one in (tenant["id"], ada.id, key["id"]):
        assert [row["id"] for row in directory.search(OPERATOR, one, 50)] == [one]
    assert directory.search(OPERATOR, key["id"], 50)[0]["tenant_id"] == tenant["id"]


def test_a_revoked_key_is_not_found(alice: Actor) -> None:
    key = keys.create(alice, NewKey(name="Shop", scopes=["contacts:read"]))
    keys.revoke(alice, key["id"])
    assert found("shop") == []


def test_the_limit_holds_for_each_kind(alice: Actor) -> None:
    create(OPERATOR, NewTenant(name="AB"), "standard")
    assert found("a", 1) == [("tenant", "A"), ("user", "Alice")]


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("text", ["", "  ", "x" * 201])
def test_nothing_to_look_for_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        directory.search(OPERATOR, text, 50)


def test_only_operators_look_around(alice: Actor) -> None:
    with pytest.raises(Denied):
        directory.search(alice, "a", 50)
