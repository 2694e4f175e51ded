"""Sending domains in the store: one a name and mode, claimed by one worker, found by name across tenants only when verified."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.errors import Conflict
from server.store import database, sending_domains
from tests.tenants import TENANT_A, TENANT_B

pytestmark = pytest.mark.usefixtures("opened")


def row(domain_id: str, name: str, **given: Any) -> dict[str, Any]:
    plain = {"status": "pending", "findings": "[]", "due_at": 0, "version": 1, "created_at": 0, "updated_at": 0}
    return {"id": domain_id, "name": name, **plain, **given}


def test_a_name_is_there_once_in_a_mode() -> None:
    sending_domains.insert(TENANT_A, "live", row("dom_1", "a.test"))
    sending_domains.insert(TENANT_A, "test", row("dom_2", "a.test"))
    sending_domains.insert(TENANT_B, "live", row("dom_3", "a.test"))
    with pytest.raises(Conflict):
        sending_domains.insert(TENANT_A, "live", row("dom_4", "a.test"))
    assert [sending_domains.count(TENANT_A, mode) for mode in ("live", "test")] == [1, 1]


def test_what_is_due_is_claimed_once() -> None:
    for number in range(3):
        sending_domains.insert(TENANT_A, "live", row(f"dom_{number}", f"n{number}.test", due_at=number))
    with database.transaction():
        assert [found["id"] for found in sending_domains.claim_due(1, 100, 10)] == ["dom_0", "dom_1"]
        assert sending_domains.claim_due(1, 100, 10) == []


def test_only_verified_domains_are_found_by_name() -> None:
    sending_domains.insert(TENANT_A, "live", row("dom_1", "a.test", verified_at=5))
    sending_domains.insert(TENANT_B, "live", row("dom_2", "b.test"))
    assert [found["id"] for found in sending_domains.verified(["a.test", "b.test", "c.test"])] == ["dom_1"]


def test_a_write_over_another_version_changes_nothing() -> None:
    sending_domains.insert(TENANT_A, "live", row("dom_1", "a.test"))
    found = sending_domains.find(TENANT_A, "live", "dom_1")
    assert found is not None
    assert sending_domains.update(TENANT_A, "live", {**found, "tracking": "t.a.test", "version": 2}, 1)
    assert not sending_domains.update(TENANT_A, "live", {**found, "tracking": "x.a.test", "version": 2}, 1)
    after = sending_domains.find_by_name(TENANT_A, "live", "a.test")
    assert after is not None
    assert after["tracking"] == "t.a.test"
    assert sending_domains.delete(TENANT_A, "live", "dom_1")
    assert not sending_domains.delete(TENANT_A, "live", "dom_1")
