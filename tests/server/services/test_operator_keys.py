"""Operators' keys are made, listed without their text, and revoked."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor, system_actor
from server.domain.errors import Denied, Invalid, Missing, Unauthenticated
from server.services import keys, operator_keys
from server.services.credentials import Credentials
from server.services.keys import NewKey
from server.services.operator_keys import NewOperatorKey

OPERATOR = system_actor("")


@pytest.mark.usefixtures("opened")
def test_a_key_lives_until_it_is_revoked() -> None:
    made = operator_keys.create(OPERATOR, NewOperatorKey(name="Backups"))
    assert Credentials().verify(made["key"]).kind == "operator"
    (listed,) = operator_keys.list_page(OPERATOR, None, 50)[0]
    assert listed == operator_keys.get(OPERATOR, made["id"]) == {name: value for name, value in made.items() if name != "key"}
    operator_keys.revoke(OPERATOR, made["id"])
    with pytest.raises(Unauthenticated):
        Credentials().verify(made["key"])
    with pytest.raises(Missing):
        operator_keys.revoke(OPERATOR, made["id"])
    assert operator_keys.list_page(OPERATOR, None, 50) == ([], None)


def test_a_tenants_key_is_none_of_them(alice: Actor) -> None:
    key = keys.create(alice, NewKey(name="Shop", scopes=["contacts:read"]))
    assert operator_keys.list_page(OPERATOR, None, 50) == ([], None)
    with pytest.raises(Missing):
        operator_keys.revoke(OPERATOR, key["id"])
    with pytest.raises(Invalid):
        operator_keys.list_page(OPERATOR, key["id"], 50)


def test_an_owner_may_do_nothing_with_them(alice: Actor) -> None:
    for act in (
        lambda: operator_keys.create(alice, NewOperatorKey(name="x")),
        lambda: operator_keys.list_page(alice, None, 50),
        lambda: operator_keys.get(alice, "key_1"),
        lambda: operator_keys.revoke(alice, "key_1"),
    ):
        with pytest.raises(Denied):
            act()
