"""A tenant reads its own trail, operators read all, and nobody walks it with a made-up cursor."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor, system_actor
from server.domain.errors import Denied, Invalid
from server.services import audit, keys
from server.services.keys import NewKey
from server.services.users import Invitation, invite
from server.system import clock


def test_a_tenant_sees_who_did_what_from_where(alice: Actor, dora: Actor, charlie: Actor) -> None:
    invited = invite(dora, Invitation(email="ada@example.com", role="member"))
    found, _ = audit.list_page(alice, {}, None, 1)
    (entry,) = found
    assert set(entry) == set(audit.AuditView.model_fields)
    assert (entry["action"], entry["target"], entry["actor"]) == (
        "user.created",
        {"object": "user", "id": invited["id"]},
        {"kind": "user", "id": "usr_dora"},
    )
    assert (entry["address"], entry["request_id"], entry["changes"]["role"]) == ("192.0.2.1", "req_1", [None, "member"])
    assert audit.list_page(charlie, {}, None, 50) == ([], None)


def test_filters_narrow_and_pages_go_on(alice: Actor) -> None:
    with clock.frozen(1_900_000_000_000) as held:
        for name in ("one", "two", "three"):
            keys.create(alice, NewKey(name=name, scopes=["contacts:read"]))
            held.advance(1000)
    made = {"action": "api_key.created"}
    first, cursor = audit.list_page(alice, made, None, 2)
    rest, end = audit.list_page(alice, made, cursor, 2)
    assert [entry["changes"]["name"][1] for entry in first + rest] == ["three", "two", "one"]
    assert end is None
    within = {"since": 1_900_000_001_000, "until": 1_900_000_002_000}
    assert [entry["changes"]["name"][1] for entry in audit.list_page(alice, within, None, 50)[0]] == ["two"]
    assert audit.list_page(alice, {"object_id": "key_nobody"}, None, 50) == ([], None)
    for forged in ("1", cursor):
        with pytest.raises(Invalid):
            audit.list_page(alice, {"action": "other"}, forged, 2)


def test_live_and_test_have_a_trail_each(alice: Actor) -> None:
    tester = Actor("user", alice.id, alice.tenant_id, "test", alice.scopes, "owner")
    keys.create(tester, NewKey(name="sandbox", scopes=["contacts:read"]))
    assert [one["action"] for one in audit.list_page(tester, {}, None, 50)[0]] == ["api_key.created"]
    assert "api_key.created" not in [one["action"] for one in audit.list_page(alice, {}, None, 50)[0]]


def test_operators_read_all_of_it_or_one_tenants(alice: Actor, charlie: Actor) -> None:
    keys.create_operator_key(system_actor(""), "script")
    for owner in (alice, charlie):
        keys.create(owner, NewKey(name="Shop", scopes=["contacts:read"]))
    everything, _ = audit.list_page_of_all(system_actor(""), None, {}, None, 50)
    assert {entry["tenant_id"] for entry in everything} == {None, alice.tenant_id, charlie.tenant_id}
    ours, _ = audit.list_page_of_all(system_actor(""), alice.tenant_id, {}, None, 50)
    assert {entry["tenant_id"] for entry in ours} == {alice.tenant_id}
    with pytest.raises(Denied):
        audit.list_page_of_all(alice, None, {}, None, 50)


def test_bob_may_not_read_it(bob: Actor) -> None:
    with pytest.raises(Denied):
        audit.list_page(bob, {}, None, 50)
