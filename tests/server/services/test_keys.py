"""Keys: shown once, never more than their maker may do, rotated with an overlap, ended at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from server.domain.actor import Actor
from server.domain.errors import Conflict, JunctionError, Missing, Unauthenticated, Unprocessable
from server.services import keys
from server.services.credentials import Credential, Credentials
from server.services.keys import KeyRotation, NewKey
from server.store import database, generations
from server.system import clock
from tests.tenants import TENANT_A

DAY_MS = 86_400_000


def new(*scopes: str, **fields: Any) -> NewKey:
    return NewKey.model_validate({"name": "Key", "scopes": scopes or ("contacts:read",), **fields})


def verify(text: str) -> Credential:
    """Look a key up as a process that has never seen it."""
    credential = Credentials().verify(text)
    Credentials().check(credential, "192.0.2.1")
    return credential


def code(act: Any) -> str:
    with pytest.raises(JunctionError) as refused:
        act()
    return refused.value.stable_code


@pytest.mark.criterion("api-10")
def test_a_key_is_shown_once_and_kept_only_as_a_keyed_hash(alice: Actor) -> None:
    made = keys.create(alice, new())
    text = made["key"]
    assert text.startswith("jct_live_key_")
    assert "key" not in keys.get(alice, made["id"])
    stored = [*database.rows("SELECT * FROM api_keys"), *database.rows("SELECT * FROM events"), *database.rows("SELECT * FROM audit")]
    assert len(stored) == 3
    assert text[20:40] not in str(stored)
    assert verify(text).id == made["id"]


@pytest.mark.criterion("api-10")
def test_a_typo_is_refused_without_a_look_at_the_database(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    text = keys.create(alice, new())["key"]
    monkeypatch.setattr(database, "execute", lambda *_: pytest.fail("the database was asked"))
    with pytest.raises(Unauthenticated):
        verify(text[:-1] + ("a" if text[-1] != "a" else "b"))


def test_a_key_comes_with_its_event_in_the_same_moment(alice: Actor) -> None:
    made = keys.create(alice, new("contacts.write", "deals:read", "contacts:write"))
    assert made["scopes"] == ["contacts:write", "deals:read"]
    assert database.rows("SELECT type, object_id FROM events") == [("api_key.created", made["id"])]
    assert database.rows("SELECT actor_id, action FROM audit") == [("usr_alice", "api_key.created")]


def test_nobody_below_an_admin_makes_sees_or_ends_keys(bob: Actor, alice: Actor) -> None:
    made = keys.create(alice, new())
    acts = (
        lambda: keys.create(bob, new()),
        lambda: keys.list_page(bob, None, 10),
        lambda: keys.get(bob, made["id"]),
        lambda: keys.rotate(bob, made["id"], KeyRotation()),
        lambda: keys.revoke(bob, made["id"]),
    )
    assert [code(act) for act in acts] == ["insufficient_role"] * len(acts)


@pytest.mark.parametrize("scopes", [("*",), ("contacts:write",), ("keys:write", "deals:read")], ids=str)
def test_a_key_gives_away_only_what_it_has_itself(alice: Actor, scopes: tuple[str, ...]) -> None:
    own = replace(alice, kind="key", scopes=frozenset({"keys:write", "contacts:read"}))
    assert code(lambda: keys.create(own, new(*scopes))) == "insufficient_scope"
    assert keys.create(own, new("contacts:read", "keys:read"))["scopes"] == ["contacts:read", "keys:read"]


def test_a_key_with_less_cannot_rotate_one_with_more(alice: Actor) -> None:
    strong = keys.create(alice, new("*"))
    weak = replace(alice, kind="key", scopes=frozenset({"keys:write"}))
    assert code(lambda: keys.rotate(weak, strong["id"], KeyRotation())) == "insufficient_scope"


def test_an_owners_key_acts_for_the_tenant_and_an_admins_for_the_admin(alice: Actor, dora: Actor) -> None:
    assert verify(keys.create(alice, new())["key"]).role == "owner"
    made = keys.create(dora, new("*"))
    found = verify(made["key"])
    assert (made["user_id"], found.role, found.owner_id) == ("usr_dora", "admin", "usr_dora")


def test_an_admin_makes_and_rotates_no_key_of_an_owner(alice: Actor, dora: Actor) -> None:
    owned = [keys.create(alice, new()), keys.create(alice, new(user_id="usr_alice"))]
    acts = [lambda: keys.create(dora, new(user_id="usr_alice")), *(lambda one=one: keys.rotate(dora, one["id"], KeyRotation()) for one in owned)]
    assert [code(act) for act in acts] == ["role_above_own"] * 3
    assert keys.create(dora, new(user_id="usr_bob"))["user_id"] == "usr_bob"


@pytest.mark.parametrize("user_id", ["usr_charlie", "usr_nobody", "usr_oscar"])
def test_a_key_acts_only_for_a_user_of_its_own_tenant(alice: Actor, user_id: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        keys.create(alice, new(user_id=user_id))
    assert [fault.pointer for fault in refused.value.faults] == ["/user_id"]


def test_a_key_for_somebody_disabled_is_refused(alice: Actor) -> None:
    database.execute("UPDATE users SET status = 'disabled' WHERE id = 'usr_bob'")
    with pytest.raises(Unprocessable):
        keys.create(alice, new(user_id="usr_bob"))


def test_a_users_key_does_no_more_than_the_users_role(alice: Actor) -> None:
    found = verify(keys.create(alice, new("*", user_id="usr_bob"))["key"])
    bobs = Actor(found.kind, found.id, found.tenant_id, found.mode, found.scopes, found.role, found.owner_id)
    assert code(lambda: keys.create(bobs, new())) == "insufficient_role"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"scopes": []}, "scopes"),
        ({"allowed_addresses": ["300.1.1.1"]}, "allowed_addresses"),
        ({"expires_at": "tomorrow"}, "expires_at"),
        ({"expires_at": 5}, "expires_at"),
        ({"color": "red"}, "color"),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
def test_what_makes_no_key_is_refused_by_field(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        NewKey.model_validate({"name": "Key", "scopes": ["*"], **fields})
    assert {error["loc"][0] for error in refused.value.errors()} == {field}


def test_unknown_scopes_and_a_past_end_are_refused(alice: Actor) -> None:
    assert code(lambda: keys.create(alice, new("contacts:reed"))) == "unknown_scope"
    with pytest.raises(Unprocessable) as refused:
        keys.create(alice, new(expires_at=clock.rfc3339(clock.now_ms() - 1000)))
    assert [fault.pointer for fault in refused.value.faults] == ["/expires_at"]
    assert keys.list_page(alice, None, 10) == ([], None)


def test_a_test_key_makes_only_test_keys_and_sees_only_those(alice: Actor) -> None:
    live = keys.create(alice, new())
    sandboxed = replace(alice, mode="test")
    made = keys.create(sandboxed, new())
    assert made["key"].startswith("jct_test_key_")
    assert keys.create(alice, new(test=True))["mode"] == "test"
    assert [row["id"] for row in keys.list_page(alice, None, 10)[0]] == [live["id"]]
    assert code(lambda: keys.revoke(sandboxed, live["id"])) == "not_found"
    assert verify(made["key"]).mode == "test"


def test_who_makes_a_test_key_in_live_mode_can_change_rotate_and_revoke_it_there(alice: Actor) -> None:
    made = keys.create(alice, new(test=True))
    assert keys.get(alice, made["id"])["mode"] == "test"
    assert keys.update(alice, made["id"], keys.KeyChange(name="Sandbox"))["name"] == "Sandbox"
    fresh = keys.rotate(alice, made["id"], keys.KeyRotation(overlap_seconds=0))
    assert (fresh["key"].startswith("jct_test_key_"), verify(fresh["key"]).mode) == (True, "test")
    keys.revoke(alice, fresh["id"])
    assert code(lambda: keys.get(alice, fresh["id"])) == "not_found"


def test_another_tenant_finds_nothing(alice: Actor, charlie: Actor) -> None:
    made = keys.create(alice, new())
    acts = (
        lambda: keys.get(charlie, made["id"]),
        lambda: keys.rotate(charlie, made["id"], KeyRotation()),
        lambda: keys.revoke(charlie, made["id"]),
    )
    for act in acts:
        with pytest.raises(Missing):
            act()
    assert keys.list_page(charlie, None, 10) == ([], None)
    verify(made["key"])


def test_after_a_rotation_both_keys_hold_for_the_overlap_and_then_only_the_new_one(alice: Actor) -> None:
    with clock.frozen(clock.now_ms()) as held:
        old = keys.create(alice, new("deals:read", allowed_addresses=["192.0.2.0/24"], user_id="usr_bob"))
        fresh = keys.rotate(alice, old["id"], KeyRotation(overlap_seconds=60))
        rights = ("scopes", "allowed_addresses", "user_id", "mode", "expires_at", "name")
        assert [fresh[name] for name in rights] == [old[name] for name in rights]
        held.advance(59_999)
        assert {verify(old["key"]).id, verify(fresh["key"]).id} == {old["id"], fresh["id"]}
        held.advance(1)
        assert code(lambda: verify(old["key"])) == "invalid_key"
        verify(fresh["key"])


def test_an_overlap_ends_also_for_a_process_that_remembers_the_key(alice: Actor) -> None:
    with clock.frozen(clock.now_ms()) as held:
        old = keys.create(alice, new())
        keys.rotate(alice, old["id"], KeyRotation(overlap_seconds=60))
        credentials = Credentials()
        credential = credentials.verify(old["key"])
        held.advance(60_000)
        assert code(lambda: credentials.check(credential, "192.0.2.1")) == "expired_key"


def test_without_an_overlap_the_old_key_ends_at_once(alice: Actor) -> None:
    old = keys.create(alice, new())
    keys.rotate(alice, old["id"], KeyRotation(overlap_seconds=0))
    assert code(lambda: verify(old["key"])) == "invalid_key"


def test_a_key_made_by_rotating_one_that_is_ending_does_not_end_with_it(alice: Actor) -> None:
    with clock.frozen(clock.now_ms()) as held:
        old = keys.create(alice, new())
        keys.rotate(alice, old["id"], KeyRotation(overlap_seconds=60))
        again = keys.rotate(alice, old["id"], KeyRotation(overlap_seconds=3600))
        held.advance(60_000)
        assert code(lambda: verify(old["key"])) == "invalid_key", "a second rotation does not put off its end"
        held.advance(30 * DAY_MS)
        verify(again["key"])


def test_an_expired_key_is_not_rotated_into_another_expired_one(alice: Actor) -> None:
    with clock.frozen(clock.now_ms()) as held:
        old = keys.create(alice, new(expires_at=clock.rfc3339(clock.now_ms() + 1000)))
        held.advance(1000)
        with pytest.raises(Conflict):
            keys.rotate(alice, old["id"], KeyRotation())


def test_a_revoked_key_is_gone_and_every_process_is_told(alice: Actor) -> None:
    made = keys.create(alice, new())
    credentials = Credentials()
    credentials.refresh()
    credentials.verify(made["key"])
    before = generations.current().get("credentials", 0)
    keys.revoke(alice, made["id"])
    assert generations.current()["credentials"] == before + 1
    credentials.refresh()
    assert credentials.remembered(made["key"]) is None
    assert code(lambda: credentials.verify(made["key"])) == "invalid_key"
    assert code(lambda: keys.revoke(alice, made["id"])) == "not_found"
    assert database.rows("SELECT type FROM events ORDER BY position") == [("api_key.created",), ("api_key.revoked",)]


def test_only_operators_make_operator_keys(alice: Actor, operator: Actor) -> None:
    assert code(lambda: keys.create_operator_key(alice, "Script")) == "operators_only"
    made = keys.create_operator_key(operator, "Script")
    found = verify(made["key"])
    assert (found.kind, found.tenant_id, found.role) == ("operator", "", "operator")
    assert keys.list_page(replace(operator, tenant_id=TENANT_A), None, 10) == ([], None)


def test_lists_go_on_by_their_cursor(alice: Actor) -> None:
    made = sorted(keys.create(alice, new())["id"] for _ in range(3))
    first, cursor = keys.list_page(alice, None, 2)
    second, end = keys.list_page(alice, cursor, 2)
    assert ([row["id"] for row in first + second], end) == (made, None)
