"""Users are made, changed and removed by those above them, and a tenant always keeps an owner."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.domain.actor import Actor, system_actor
from server.domain.errors import Conflict, Denied, JunctionError, Missing, Stale, Unprocessable
from server.services import keys, users
from server.services.credentials import Credentials
from server.services.keys import NewKey
from server.services.users import Invitation, NewUser, UserChange
from server.store import database
from tests.server.services.people import OPERATORS, PHRASE, audited, mailed, person


def test_a_user_with_a_password_is_active_and_one_without_is_invited(alice: Actor) -> None:
    made = users.create(alice, NewUser(email=" Ada@Example.com ", name="Ada", role="member", password=PHRASE))
    assert (made["email"], made["status"], made["role"]) == ("ada@example.com", "active", "member")
    assert mailed() == []
    invited = users.create(alice, NewUser(email="grace@example.com"))
    assert (invited["status"], invited["role"]) == ("invited", "member")
    assert [(mail["kind"], mail["to"], mail["values"]["tenant"]) for mail in mailed()] == [("invitation", "grace@example.com", "A")]


def test_what_is_shown_holds_nothing_secret(alice: Actor) -> None:
    made = users.create(alice, NewUser(email="ada@example.com", password=PHRASE))
    assert set(made) == set(users.UserView.model_fields)
    assert "argon2" not in repr(users.list_page(alice, None, 50))
    assert "argon2" not in repr(database.rows("SELECT body FROM events")) + repr(database.rows("SELECT changes FROM audit"))


def test_an_address_belongs_to_one_user_of_the_whole_appliance(alice: Actor, charlie: Actor) -> None:
    users.create(alice, NewUser(email="ada@example.com", password=PHRASE))
    with pytest.raises(Conflict) as caught:
        users.invite(charlie, Invitation(email="ADA@example.com"))
    assert caught.value.stable_code == "email_taken"
    assert mailed() == []


def test_a_weak_password_is_refused_by_name(alice: Actor) -> None:
    with pytest.raises(Unprocessable) as caught:
        users.create(alice, NewUser(email="ada@example.com", password="password1234"))
    assert [fault.code for fault in caught.value.faults] == ["password_common"]


def test_bob_may_see_and_do_nothing_and_charlie_sees_nobody_of_ours(alice: Actor, bob: Actor, charlie: Actor) -> None:
    for act in (
        lambda: users.list_page(bob, None, 50),
        lambda: users.create(bob, NewUser(email="x@example.com", password=PHRASE)),
        lambda: users.update(bob, bob.id, UserChange(role="owner")),
        lambda: users.remove(bob, bob.id),
    ):
        with pytest.raises(Denied):
            act()
    assert [user["name"] for user in users.list_page(charlie, None, 50)[0]] == ["Charlie"]
    for act in (
        lambda: users.get(charlie, bob.id),
        lambda: users.update(charlie, bob.id, UserChange(name="x")),
        lambda: users.remove(charlie, bob.id),
    ):
        with pytest.raises(Missing):
            act()
    assert users.get(alice, bob.id)["name"] == "Bob"


def test_nobody_raises_anybody_above_the_own_role(alice: Actor, bob: Actor, dora: Actor) -> None:
    owner, admin = alice, dora
    for act in (
        lambda: users.invite(admin, Invitation(email="x@example.com", role="owner")),
        lambda: users.update(admin, bob.id, UserChange(role="owner")),
        lambda: users.update(admin, admin.id, UserChange(role="owner")),
        lambda: users.update(admin, owner.id, UserChange(role="viewer")),
        lambda: users.remove(admin, owner.id),
    ):
        with pytest.raises(Denied) as caught:
            act()
        assert caught.value.stable_code == "role_above_own"
    assert users.update(admin, bob.id, UserChange(role="admin"))["role"] == "admin"


def test_a_tenant_has_no_operators_and_operators_no_other_role(alice: Actor) -> None:
    for actor, role in ((alice, "operator"), (OPERATORS, "owner")):
        with pytest.raises(Unprocessable) as caught:
            users.invite(actor, Invitation.model_validate({"email": "x@example.com", "role": role}))
        assert [fault.pointer for fault in caught.value.faults] == ["/role"]


@pytest.mark.parametrize("role", ["owner", "operator"])
def test_the_last_of_those_who_must_not_die_out_stays(alice: Actor, operator: Actor, role: str) -> None:
    last = alice if role == "owner" else operator
    tenant_id = last.tenant_id
    place = system_actor(tenant_id)
    invited = users.invite(place, Invitation.model_validate({"email": "invited@example.com", "role": role}))
    acts: list[Callable[[], object]] = [lambda: users.update(place, last.id, UserChange(status="disabled")), lambda: users.remove(place, last.id)]
    if tenant_id:
        acts.append(lambda: users.update(place, last.id, UserChange(role="admin")))
    for act in acts:
        with pytest.raises(Conflict) as caught:
            act()
        assert caught.value.stable_code == f"last_{role}"
    users.remove(place, invited["id"])
    person(tenant_id, role, "second@example.com")
    users.remove(place, last.id)


def test_of_two_owners_who_demote_each_other_at_once_one_stays(alice: Actor) -> None:
    pair = [alice, person(alice.tenant_id, "owner", "two@example.com")]

    def demote(actor: Actor) -> bool:
        try:
            users.update(system_actor(alice.tenant_id), actor.id, UserChange(role="viewer"))
        except JunctionError:
            return False
        else:
            return True
        finally:
            database.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(demote, pair)) == [False, True]


def test_an_update_changes_what_it_names_and_tells_of_it(alice: Actor, bob: Actor) -> None:
    changed = users.update(alice, bob.id, UserChange(name="Robert"))
    assert (changed["name"], changed["role"], changed["version"]) == ("Robert", "viewer", 2)
    assert users.update(alice, bob.id, UserChange(name="Robert"))["version"] == 2
    with pytest.raises(Stale):
        users.update(alice, bob.id, UserChange(name="Robert"), version=1)
    sql = "SELECT COUNT(*) FROM events WHERE type = 'user.updated' AND tenant_id = ?"
    assert database.row(sql, (alice.tenant_id,)) == (1,)
    assert len(audited("user.updated")) == 1


@pytest.mark.parametrize("field", ["role", "status"])
def test_nothing_is_no_role_and_no_status(alice: Actor, bob: Actor, field: str) -> None:
    with pytest.raises(Unprocessable) as caught:
        users.update(alice, bob.id, UserChange.model_validate({field: None}))
    assert [fault.pointer for fault in caught.value.faults] == [f"/{field}"]


def test_an_invited_user_is_not_active_by_decree(alice: Actor) -> None:
    invited = users.invite(alice, Invitation(email="grace@example.com"))
    with pytest.raises(Conflict) as caught:
        users.update(alice, invited["id"], UserChange(status="active"))
    assert caught.value.stable_code == "invitation_pending"


def test_another_invitation_is_for_those_who_have_not_accepted(alice: Actor, bob: Actor) -> None:
    invited = users.invite(alice, Invitation(email="grace@example.com"))
    users.invite_again(alice, invited["id"])
    assert len({mail["values"]["token"] for mail in mailed()}) == 2
    with pytest.raises(Conflict):
        users.invite_again(alice, bob.id)


def test_a_key_that_acts_for_a_user_ends_with_the_user(alice: Actor, bob: Actor) -> None:
    key = keys.create(alice, NewKey(name="bob's", scopes=["contacts:read"], user_id=bob.id))["key"]
    assert Credentials().verify(key).role == "viewer"
    users.update(alice, bob.id, UserChange(status="disabled"))
    with pytest.raises(JunctionError):
        Credentials().verify(key)
    users.remove(alice, bob.id)
    assert [user["name"] for user in users.list_page(alice, None, 50)[0]] == ["Alice", "Dora"]


def test_a_list_goes_on_where_the_page_before_ended(alice: Actor, bob: Actor) -> None:
    first, cursor = users.list_page(alice, None, 2)
    rest, end = users.list_page(alice, cursor, 2)
    assert [user["name"] for user in first + rest] == ["Alice", "Bob", "Dora"]
    assert end is None


def test_operators_see_everybody_and_act_where_a_user_is_at_home(alice: Actor, bob: Actor, operator: Actor) -> None:
    everybody, _ = users.list_page_of_all(operator, None, 50)
    assert [user["name"] for user in everybody] == ["Alice", "Bob", "Charlie", "Dora", "Oscar"]
    assert [user["name"] for user in users.list_page(operator, None, 50)[0]] == ["Oscar"]
    assert users.placed(operator, bob.id).tenant_id == alice.tenant_id
    assert users.placed(operator, operator.id).tenant_id == ""
    with pytest.raises(Missing):
        users.placed(operator, "usr_nobody")
    with pytest.raises(Denied):
        users.list_page_of_all(alice, None, 50)
    with pytest.raises(Denied):
        users.placed(alice, bob.id)


def test_users_are_found_by_a_piece_of_name_or_address(alice: Actor, bob: Actor, operator: Actor) -> None:
    users.create(alice, NewUser(email="zoe@example.com", name="Zoë Ångström", role="member"))
    assert [row["email"] for row in users.list_page(alice, None, 10, "ångSTRÖM")[0]] == ["zoe@example.com"]
    assert [row["email"] for row in users.list_page_of_all(operator, None, 10, "ZOE@")[0]] == ["zoe@example.com"]
    assert users.list_page(alice, None, 10, "nobody") == ([], None)
