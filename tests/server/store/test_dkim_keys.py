"""DKIM keys in the store: those that sign come RSA first, and a state is written over the one before only."""

from __future__ import annotations

import pytest

from server.store import dkim_keys
from tests.tenants import TENANT_A, TENANT_B

pytestmark = pytest.mark.usefixtures("opened")


def insert(key_id: str, algorithm: str, state: str = "active") -> None:
    row = {"id": key_id, "domain_id": "dom_1", "selector": key_id, "algorithm": algorithm, "private": b"sealed", "public": "p", "created_at": 0}
    dkim_keys.insert(TENANT_A, "live", {**row, "state": state})


def test_rsa_comes_first_and_only_what_is_active_signs() -> None:
    for key_id, algorithm, state in (("a", "ed25519-sha256", "active"), ("b", "rsa-sha256", "active"), ("c", "rsa-sha256", "retiring")):
        insert(key_id, algorithm, state)
    assert [row["id"] for row in dkim_keys.active(TENANT_A, "live", "dom_1")] == ["b", "a"]
    assert dkim_keys.active(TENANT_B, "live", "dom_1") == dkim_keys.active(TENANT_A, "test", "dom_1") == []


def test_of_two_who_change_a_state_one_does() -> None:
    insert("a", "rsa-sha256", "retiring")
    (row,) = dkim_keys.of_domain(TENANT_A, "live", "dom_1")
    assert dkim_keys.update(TENANT_A, "live", {**row, "state": "retired", "private": None}, "retiring")
    assert not dkim_keys.update(TENANT_A, "live", {**row, "state": "retired"}, "retiring")
    (after,) = dkim_keys.of_domain(TENANT_A, "live", "dom_1")
    assert (after["state"], after["private"]) == ("retired", None)
    dkim_keys.delete_of_domain(TENANT_A, "live", "dom_1")
    assert dkim_keys.of_domain(TENANT_A, "live", "dom_1") == []
