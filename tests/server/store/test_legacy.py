"""Legacy access in the store: one password a user, tokens that end with what they came of, and one tenant's rows alone."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.actor import Actor
from server.store import legacy, tokens, users
from tests.tenants import TENANT_A, TENANT_B

LATER = 10_000


def password(user_id: str, password_id: str) -> dict[str, Any]:
    """Return the row of an application password."""
    return {"id": password_id, "user_id": user_id, "digest": "d", "scopes": ["contacts:read"], "created_by": None, "created_at": 1}


@pytest.fixture
def token(alice: Actor) -> str:
    """Return the digest of a token of bob's in a tenant with legacy access."""
    legacy.put_access(TENANT_A, enabled=True, now_ms=1)
    row = {"id": "tok_1", "kind": legacy.ACCESS, "client_id": "cli_1", "authorization_id": "fam_1", "user_id": "usr_bob", "digest": "digest"}
    row |= {"scopes": ["contacts:read"], "audience": [], "issuer": "", "created_at": 0, "expires_at": LATER}  # type: ignore[dict-item]
    tokens.insert(TENANT_A, "live", row)
    return "digest"


def test_a_token_tells_whose_it_is(token: str) -> None:
    found = legacy.find_token(token, legacy.ACCESS, 0)
    assert found is not None
    assert (found.tenant_id, found.user_id, found.role, sorted(found.scopes)) == (TENANT_A, "usr_bob", "viewer", ["contacts:read"])
    assert not found.used


def test_a_token_is_none_of_another_kind_or_time(token: str) -> None:
    assert legacy.find_token(token, legacy.REFRESH, 0) is None
    assert legacy.find_token(token, legacy.ACCESS, LATER) is None
    assert tokens.find_access(token, 0) is None


@pytest.mark.parametrize("end", ["off", "family", "user", "disabled", "deleted"])
def test_a_token_ends(token: str, end: str) -> None:
    if end == "off":
        legacy.put_access(TENANT_A, enabled=False, now_ms=2)
    elif end == "family":
        legacy.revoke_family(TENANT_A, "fam_1", 2)
    elif end == "user":
        legacy.revoke_of_user(TENANT_A, "usr_bob", 2)
    elif end == "disabled":
        users.put(TENANT_A, "usr_bob", {"status": "disabled"})
    else:
        users.delete(TENANT_A, "usr_bob")
    assert legacy.find_token(token, legacy.ACCESS, 0) is None


def test_another_tenant_ends_nothing(token: str) -> None:
    legacy.revoke_family(TENANT_B, "fam_1", 2)
    legacy.revoke_of_user(TENANT_B, "usr_bob", 2)
    legacy.put_access(TENANT_B, enabled=False, now_ms=2)
    assert legacy.find_token(token, legacy.ACCESS, 0) is not None
    assert [legacy.is_enabled(tenant) for tenant in (TENANT_A, TENANT_B)] == [True, False]
    assert [legacy.is_open(tenant) for tenant in (TENANT_A, TENANT_B)] == [True, False]


def test_a_user_has_one_password_which_goes_with_the_user(alice: Actor) -> None:
    legacy.replace_password(TENANT_A, password("usr_bob", "lap_1"))
    legacy.replace_password(TENANT_A, password("usr_bob", "lap_2"))
    legacy.replace_password(TENANT_A, password("usr_dora", "lap_3"))
    legacy.touch_password(TENANT_A, "lap_2", 7)
    assert [(row["id"], row["last_used_at"]) for row in legacy.passwords(TENANT_A)] == [("lap_3", None), ("lap_2", 7)]
    assert legacy.find_password(TENANT_B, "lap_2") is legacy.find_password_of(TENANT_B, "usr_bob") is None
    legacy.delete_password(TENANT_A, "lap_3")
    users.delete(TENANT_A, "usr_bob")
    assert legacy.passwords(TENANT_A) == []
