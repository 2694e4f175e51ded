"""Tenants are found by id and name, listed in pages, and changed by one writer at a time."""

from __future__ import annotations

import pytest

from server.domain.errors import Conflict
from server.store import tenants
from tests.tenants import TENANT_A, TENANT_B


def test_a_tenant_is_found_by_id_and_by_name(opened: str) -> None:
    found = tenants.find(TENANT_A)
    assert found is not None
    assert found == tenants.find_by_name("A")
    assert (found["status"], found["tier"]) == ("active", "standard")
    assert (tenants.find("A"), tenants.find_by_name(TENANT_A)) == (None, None)


def test_a_name_is_given_once(opened: str) -> None:
    found = tenants.find(TENANT_A)
    assert found is not None
    with pytest.raises(Conflict):
        tenants.insert({**found, "id": "ten_c"})


def test_of_two_changes_to_one_version_only_the_first_is_written(opened: str) -> None:
    found = tenants.find(TENANT_A)
    assert found is not None
    assert tenants.update({**found, "name": "First", "version": 2}, 1)
    assert not tenants.update({**found, "name": "Second", "version": 2}, 1)
    changed = tenants.find(TENANT_A)
    assert changed == {**found, "name": "First", "version": 2}
    other = tenants.find(TENANT_B)
    assert other is not None
    assert other["name"] == "B"


def test_pages_go_on_behind_an_id(opened: str) -> None:
    assert [row["id"] for row in tenants.page("", 1)] == [TENANT_A]
    assert [row["id"] for row in tenants.page(TENANT_A, 10)] == [TENANT_B]
    assert tenants.page(TENANT_B, 10) == []
