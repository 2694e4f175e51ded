"""Legacy access: off until switched on, by those who may; application passwords of its own, shown once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from server.domain.actor import Actor
from server.domain.errors import Denied, Limited, Missing, Unauthenticated, Unprocessable
from server.services import custom_fields, legacy, lockouts, tenants
from server.services.custom_fields import NewField
from server.services.legacy import NewLegacyPassword
from server.store import audit, database
from tests.server.crm import viewer
from tests.tenants import person


@pytest.fixture
def password(alice: Actor) -> str:
    """Return bob's application password in a tenant with legacy access."""
    legacy.put(alice, enabled=True)
    return str(legacy.create_password(alice, NewLegacyPassword(user_id="usr_bob"))["password"])


def actions(actor: Actor) -> list[str]:
    """Return what the audit trail of a tenant says was done, the newest first."""
    return [row["action"] for row in audit.page(actor.tenant_id, actor.mode, {}, None, 50)]


def test_it_is_off_and_can_be_switched_on_and_off(alice: Actor, charlie: Actor) -> None:
    assert legacy.get(alice)["enabled"] is False
    assert legacy.put(alice, enabled=True) == {"object": "legacy_access", "enabled": True}
    assert (legacy.get(alice)["enabled"], legacy.get(charlie)["enabled"]) == (True, False)
    legacy.put(alice, enabled=True)
    assert legacy.put(alice, enabled=False)["enabled"] is False
    assert actions(alice).count("legacy_access.updated") == 2


def test_switching_on_declares_what_is_missing_and_leaves_what_is_there(alice: Actor) -> None:
    custom_fields.create(alice, "companies", NewField(name="rating", type="number"))
    legacy.put(alice, enabled=True)
    legacy.put(alice, enabled=True)
    found = {one["name"]: one["type"] for one in custom_fields.list_all(alice, "companies")}
    assert (found["rating"], found["account_type"]) == ("number", "text")


def test_the_password_opens_and_nothing_else_does(alice: Actor, password: str) -> None:
    stranger = Actor("anonymous", "", "", "live", frozenset(), "viewer", address="192.0.2.9")
    user, row = legacy.sign_in(stranger, "BOB@example.com", legacy.md5_of(password))
    assert (user["id"], sorted(legacy.DEFAULT_SCOPES)) == ("usr_bob", row["scopes"])
    assert legacy.list_passwords(alice)[0]["last_used_at"] is not None
    legacy.sign_in(stranger, "bob@example.com", legacy.md5_of(password).upper(), alice.tenant_id)
    for username, md5, tenant in (
        ("bob@example.com", legacy.md5_of("x"), None),
        ("bob@example.com", password, None),
        ("dora@example.com", legacy.md5_of(password), None),
        ("nobody@example.com", legacy.md5_of(password), None),
        ("oscar@example.com", legacy.md5_of(password), None),
        ("bob@example.com", legacy.md5_of(password), "ten_other"),
    ):
        with pytest.raises(Unauthenticated):
            legacy.sign_in(stranger, username, md5, tenant)
    assert {"legacy_session.created", "legacy_session.refused"} <= set(actions(alice))


def _off(alice: Actor) -> None:
    legacy.put(alice, enabled=False)


def _suspended(alice: Actor) -> None:
    tenants.suspend(person("oscar"), alice.tenant_id)


def _replaced(alice: Actor) -> None:
    legacy.create_password(alice, NewLegacyPassword(user_id="usr_bob"))


def _deleted(alice: Actor) -> None:
    legacy.delete_password(alice, legacy.list_passwords(alice)[0]["id"])


@pytest.mark.parametrize("end", [_off, _suspended, _replaced, _deleted])
def test_the_password_ends(alice: Actor, password: str, end: Callable[[Actor], None]) -> None:
    end(alice)
    with pytest.raises(Unauthenticated):
        legacy.sign_in(alice, "bob@example.com", legacy.md5_of(password))


def test_failures_lock_the_legacy_account_and_not_the_person(alice: Actor, password: str) -> None:
    for _ in range(lockouts.FREE_FOR_ACCOUNT):
        with pytest.raises(Unauthenticated):
            legacy.sign_in(alice, "bob@example.com", "0" * 32)
    with pytest.raises(Limited):
        legacy.sign_in(alice, "bob@example.com", legacy.md5_of(password))
    lockouts.check((lockouts.account("bob@example.com"),))


def test_nothing_of_the_password_is_stored(alice: Actor, password: str) -> None:
    stored = [str(row) for row in database.rows("SELECT * FROM legacy_passwords", ())]
    assert len(stored) == 1
    assert "$argon2id$" in stored[0]
    assert password not in stored[0]
    assert legacy.md5_of(password) not in stored[0]
    assert "password" not in legacy.list_passwords(alice)[0]


def test_only_administrators_and_never_for_more_than_they_may(alice: Actor, charlie: Actor) -> None:
    wanted = NewLegacyPassword(user_id="usr_bob")
    acts: list[Callable[[Actor], object]] = [legacy.get, lambda one: legacy.put(one, enabled=True), lambda one: legacy.create_password(one, wanted)]
    for act in acts:
        with pytest.raises(Denied):
            act(viewer(alice))
    with pytest.raises(Unprocessable):
        legacy.create_password(charlie, wanted)
    with pytest.raises(Unprocessable):
        legacy.create_password(alice, NewLegacyPassword(user_id="usr_bob", scopes=["contcts:read"]))
    made = legacy.create_password(alice, wanted)
    assert legacy.list_passwords(charlie) == []
    with pytest.raises(Missing):
        legacy.delete_password(charlie, made["id"])


def test_a_password_gives_nobody_more_than_its_maker_has(alice: Actor) -> None:
    narrow = replace(alice, scopes=frozenset({"users:write", "contacts:read"}))
    with pytest.raises(Denied, match="companies:write"):
        legacy.create_password(narrow, NewLegacyPassword(user_id="usr_alice"))
    assert legacy.create_password(narrow, NewLegacyPassword(user_id="usr_alice", scopes=["contacts:read"]))["scopes"] == ["contacts:read"]
