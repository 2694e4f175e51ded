"""Signing in: who may, what a refusal tells, and how a session ends."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from server.domain.actor import Actor, system_actor
from server.domain.errors import Denied, JunctionError, Limited, Unauthenticated
from server.services import sessions, tenants, users
from server.services.credentials import Credentials
from server.services.sessions import SignIn
from server.services.users import Invitation, UserChange
from server.store import database
from server.store import users as rows
from server.system import clock
from tests.server.services.people import OPERATORS, PHRASE, audited, person

STRANGER = Actor("anonymous", "", "", "live", frozenset(), "viewer", None, "192.0.2.9", "req_1")


@pytest.fixture
def ada(alice: Actor) -> Actor:
    """Return a member of tenant A."""
    return person(alice.tenant_id, "member", "ada@example.com")


def sign_in(email: str = "ada@example.com", password: str = PHRASE) -> dict[str, object]:
    """Sign in for an hour."""
    return sessions.create(STRANGER, SignIn(email=email, password=password), 1)


def test_a_session_is_a_credential_of_its_user(ada: Actor) -> None:
    made = sign_in(" ADA@example.com")
    assert str(made["token"]).startswith("jct_live_ses_")
    found = Credentials().verify(str(made["token"]))
    assert (found.kind, found.id, found.tenant_id, found.role) == ("user", ada.id, ada.tenant_id, "member")
    assert [entry[:3] for entry in audited("session.created")] == [(ada.tenant_id, "user", ada.id)]
    assert str(made["token"]) not in repr(database.rows("SELECT * FROM sessions"))


def test_an_operator_signs_in_outside_any_tenant(opened: str) -> None:
    operator = person("", "operator", "op@example.com")
    found = Credentials().verify(str(sign_in("op@example.com")["token"]))
    assert (found.kind, found.id, found.tenant_id, found.role) == ("operator", operator.id, "", "operator")


def test_every_refusal_reads_the_same(alice: Actor, ada: Actor) -> None:
    users.invite(alice, Invitation(email="invited@example.com"))
    off = person(alice.tenant_id, "member", "off@example.com")
    users.update(alice, off.id, UserChange(status="disabled"))
    refusals = set()
    attempts = [("ada@example.com", "wrong"), ("nobody@example.com", PHRASE), ("invited@example.com", PHRASE), ("off@example.com", PHRASE)]
    for email, password in attempts:
        with pytest.raises(Unauthenticated) as caught:
            sign_in(email, password)
        refusals.add((caught.value.stable_code, caught.value.detail))
    assert refusals == {("invalid_credentials", "This address and password do not belong together.")}
    assert len(audited("session.refused")) == len(attempts)
    assert "wrong" not in repr(audited("session.refused"))


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
def test_after_five_failures_even_the_right_password_waits(ada: Actor, email: str) -> None:
    with clock.frozen(1_800_000_000_000) as held:
        for _ in range(5):
            with pytest.raises(Unauthenticated):
                sign_in(email, "wrong")
        with pytest.raises(Limited) as caught:
            sign_in(email)
        assert (caught.value.stable_code, caught.value.retry_after) == ("sign_in_locked", 1)
        held.advance(1001)
        if email == "ada@example.com":
            assert sign_in(email)
            assert sign_in(email)


def test_a_session_ends_by_itself_by_hand_and_with_its_user(alice: Actor, ada: Actor) -> None:
    by_time, by_hand, with_user = (str(sign_in()["token"]) for _ in range(3))
    sessions.end(ada, by_hand)
    with pytest.raises(Unauthenticated):
        Credentials().verify(by_hand)
    with pytest.raises(Unauthenticated):
        sessions.end(ada, by_hand)
    with clock.frozen(clock.now_ms() + 3_600_001), pytest.raises(Unauthenticated):
        Credentials().verify(by_time)
    users.update(alice, ada.id, UserChange(status="disabled"))
    with pytest.raises(Unauthenticated):
        Credentials().verify(with_user)


def test_nobody_of_a_suspended_tenant_signs_in(ada: Actor) -> None:
    token = str(sign_in()["token"])
    tenants.suspend(OPERATORS, ada.tenant_id)
    with pytest.raises(Denied) as caught:
        sign_in()
    assert caught.value.stable_code == "tenant_suspended"
    assert Credentials().verify(token).suspended


def test_an_old_hash_is_made_anew_at_sign_in(ada: Actor) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PHRASE)
    rows.put(ada.tenant_id, ada.id, {"password_hash": weak})
    assert sign_in()
    row = rows.find(ada.tenant_id, ada.id)
    assert row is not None
    assert "m=19456,t=2,p=1" in row["password_hash"]
    assert sign_in()


def test_who_has_to_change_the_password_is_told_and_known(ada: Actor) -> None:
    rows.put(ada.tenant_id, ada.id, {"must_change_password": 1})
    made = sign_in()
    assert made["must_change_password"] is True
    assert Credentials().verify(str(made["token"])).must_change_password


def test_a_removed_user_gets_no_session(alice: Actor, ada: Actor) -> None:
    token = str(sign_in()["token"])
    users.remove(system_actor(alice.tenant_id), ada.id)
    for act in (lambda: Credentials().verify(token), lambda: sessions.open_for(ada, ada.id, 1), sign_in):
        with pytest.raises(JunctionError):
            act()
