"""Users are found where they are at home, and written over the version that was read."""

from __future__ import annotations

import pytest

from server.domain.errors import Conflict
from server.store import users
from tests.tenants import TENANT_A, TENANT_B

pytestmark = pytest.mark.usefixtures("opened")


def test_a_user_is_found_at_home_only() -> None:
    assert users.find(TENANT_A, "usr_alice")
    for home, user_id in ((TENANT_B, "usr_alice"), (None, "usr_alice"), (TENANT_A, "usr_oscar")):
        assert users.find(home, user_id) is None
    operator = users.find(None, "usr_oscar")
    assert operator is not None
    assert operator["tenant_id"] is None
    assert (users.find_anywhere("usr_charlie") or {})["tenant_id"] == TENANT_B
    assert (users.find_by_email("bob@example.com") or {})["id"] == "usr_bob"


def test_briefs_name_only_users_of_the_tenant() -> None:
    assert set(users.briefs(TENANT_A, ["usr_alice", "usr_alice", "usr_charlie", "usr_nobody"])) == {"usr_alice"}
    assert users.briefs(TENANT_A, []) == {}


def test_an_address_is_taken_once() -> None:
    row = {"id": "usr_new", "email": "alice@example.com", "role": "member", "status": "active", "version": 1, "created_at": 0, "updated_at": 0}
    with pytest.raises(Conflict):
        users.insert(TENANT_B, row)


def test_pages_are_in_the_order_of_ids() -> None:
    assert [row["id"] for row in users.page(TENANT_A, "", 2)] == ["usr_alice", "usr_bob"]
    assert [row["id"] for row in users.page(TENANT_A, "usr_bob", 2)] == ["usr_dora"]
    assert [row["id"] for row in users.page(None, "", 9)] == ["usr_oscar"]
    assert len(users.page_of_all("", 9)) == 5


def test_an_update_needs_home_and_version() -> None:
    assert not users.update(TENANT_B, "usr_bob", {"name": "x"}, 1)
    assert not users.update(TENANT_A, "usr_bob", {"name": "x"}, 2)
    assert users.update(TENANT_A, "usr_bob", {"name": "Robert"}, 1)
    assert (users.find(TENANT_A, "usr_bob") or {})["version"] == 2


def test_only_active_users_of_the_role_are_held() -> None:
    assert users.hold_active(TENANT_A, "owner") == {"usr_alice"}
    users.put(TENANT_A, "usr_alice", {"status": "disabled"})
    assert users.hold_active(TENANT_A, "owner") == set()
    assert users.hold_active(None, "operator") == {"usr_oscar"}


def test_a_step_and_a_code_are_used_once() -> None:
    assert users.use_totp_step("usr_bob", 7)
    assert not users.use_totp_step("usr_bob", 7)
    assert not users.use_totp_step("usr_bob", 6)
    assert users.replace_recovery_codes("usr_bob", "[]", '["a"]')
    assert not users.replace_recovery_codes("usr_bob", "[]", '["b"]')


def test_deleting_is_done_once_and_at_home() -> None:
    assert not users.delete(TENANT_B, "usr_bob")
    assert users.delete(TENANT_A, "usr_bob")
    assert not users.delete(TENANT_A, "usr_bob")
