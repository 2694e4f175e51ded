"""Keys are found by their hash while they live, and by their owner alone."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.errors import Conflict
from server.store import api_keys, database
from server.store.api_keys import StoredKey
from tests.tenants import TENANT_A, TENANT_B

NOW = 10_000


def insert(name: str = "a", tenant_id: str | None = TENANT_A, mode: str = "live", **more: Any) -> str:
    row: dict[str, Any] = {"id": f"key_{name}", "name": name, "kind": "key", "digest": f"digest {name}", "hint": "…", "scopes": '["contacts:read"]'}
    row |= {"allowed_addresses": "[]", "api_version": "2026-11-01", "created_by": "usr_alice", "created_at": 0}
    api_keys.insert(tenant_id, mode, row | more)
    return f"key_{name}"


def found(name: str = "a", kind: str = "key", now: int = NOW) -> StoredKey | None:
    return api_keys.find_by_digest(f"digest {name}", kind, now)


def test_a_key_is_found_with_what_the_door_needs(opened: str) -> None:
    insert(allowed_addresses='["192.0.2.0/24"]', expires_at=20_000)
    expected = StoredKey(
        "key_a", TENANT_A, "live", frozenset({"contacts:read"}), None, "owner", ("192.0.2.0/24",), "standard", (), "2026-11-01", 20_000, "active"
    )
    assert found() == expected
    assert (found("unknown"), found(kind="opr")) == (None, None)


def test_an_operators_key_belongs_to_no_tenant(opened: str) -> None:
    insert(tenant_id=None, kind="opr")
    key = found(kind="opr")
    assert key is not None
    assert (key.tenant_id, key.role, key.tier, key.tenant_status) == ("", "operator", "unlimited", "active")
    assert api_keys.find(None, "live", "key_a", NOW) is not None
    assert api_keys.find(TENANT_A, "live", "key_a", NOW) is None


@pytest.mark.parametrize("status", ["disabled", "invited", "gone"])
def test_a_key_acts_with_its_users_role_and_ends_with_its_user(opened: str, status: str) -> None:
    insert(user_id="usr_bob")
    key = found()
    assert key is not None
    assert (key.user_id, key.role) == ("usr_bob", "viewer")
    if status == "gone":
        database.execute("DELETE FROM users WHERE id = 'usr_bob'")
    else:
        database.execute("UPDATE users SET status = ? WHERE id = 'usr_bob'", (status,))
    assert found() is None


def test_a_key_has_limits_of_its_own_beside_its_tenants_tier(opened: str) -> None:
    insert(limits='[{"requests": 5, "period": "day"}]')
    key = found()
    assert key is not None
    assert (key.tier, key.limits) == ("standard", ({"requests": 5, "period": "day"},))


def test_a_key_of_a_suspended_tenant_says_so(opened: str) -> None:
    insert()
    database.execute("UPDATE tenants SET status = 'suspended' WHERE id = ?", (TENANT_A,))
    key = found()
    assert key is not None
    assert key.tenant_status == "suspended"


def test_a_key_that_ends_later_lives_until_then(opened: str) -> None:
    key_id = insert(expires_at=50_000)
    assert api_keys.revoke(TENANT_A, "live", key_id, 20_000)
    key = found()
    assert key is not None
    assert key.expires_at == 20_000, "what ends first counts"
    assert (found(now=20_000), api_keys.find(TENANT_A, "live", key_id, 20_000)) == (None, None)
    assert api_keys.page(TENANT_A, "live", 20_000, "", 10) == []


def test_an_end_is_brought_forward_but_never_put_off(opened: str) -> None:
    key_id = insert()
    assert api_keys.revoke(TENANT_A, "live", key_id, 20_000)
    assert not api_keys.revoke(TENANT_A, "live", key_id, 30_000)
    assert api_keys.revoke(TENANT_A, "live", key_id, 15_000)
    assert found(now=15_000) is None


def test_another_tenant_and_mode_find_list_and_end_nothing(opened: str) -> None:
    key_id = insert()
    for tenant_id, mode in ((TENANT_B, "live"), (TENANT_A, "test"), (None, "live")):
        assert api_keys.find(tenant_id, mode, key_id, NOW) is None
        assert api_keys.page(tenant_id, mode, NOW, "", 10) == []
        assert not api_keys.revoke(tenant_id, mode, key_id, NOW)
    assert found() is not None


def test_pages_go_on_behind_an_id(opened: str) -> None:
    for name in "abc":
        insert(name)
    first = api_keys.page(TENANT_A, "live", NOW, "", 2)
    assert [row["id"] for row in first] == ["key_a", "key_b"]
    assert [row["id"] for row in api_keys.page(TENANT_A, "live", NOW, "key_b", 2)] == ["key_c"]


def test_two_keys_never_share_a_hash(opened: str) -> None:
    insert()
    with pytest.raises(Conflict):
        insert("b", digest="digest a")


def test_last_uses_are_written_for_many_keys_in_one_order(opened: str, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [insert(name) for name in "ab"]
    written: list[Any] = []
    original = database.run_many

    def watched(sql: str, many: list[Any]) -> None:
        written.extend(many)
        original(sql, many)

    monkeypatch.setattr(database, "run_many", watched)
    api_keys.touch([(7, keys[1]), (8, keys[0])])
    assert [key_id for _, key_id in written] == keys, "two processes with other orders would wait for each other in a circle"
    rows = api_keys.page(TENANT_A, "live", NOW, "", 10)
    assert [row["last_used_at"] for row in rows] == [8, 7]
