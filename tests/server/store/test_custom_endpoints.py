"""Custom endpoints in the database, apart by tenant and mode."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.errors import Conflict
from server.store import custom_endpoints, database
from tests.tenants import TENANT_A, TENANT_B

pytestmark = pytest.mark.usefixtures("opened")


def row(name: str, **more: Any) -> dict[str, Any]:
    plain = {
        "id": f"cep_{name}",
        "tenant_id": TENANT_A,
        "mode": "live",
        "name": name,
        "description": None,
        "resource": "deals",
        "question": "{}",
        "parameters": "[]",
    }
    return {**plain, "version": 1, "created_at": 1, "updated_at": 1, **more}


def test_an_endpoint_is_found_by_its_name_in_its_tenant_and_mode_alone() -> None:
    custom_endpoints.insert(TENANT_A, "live", row("a"))
    custom_endpoints.insert(TENANT_A, "test", row("a", id="cep_t"))
    assert custom_endpoints.find(TENANT_A, "live", "a") == row("a")
    assert custom_endpoints.find(TENANT_B, "live", "a") is None
    assert (custom_endpoints.count(TENANT_A, "live"), custom_endpoints.count(TENANT_B, "live")) == (1, 0)
    with pytest.raises(Conflict), database.transaction():
        custom_endpoints.insert(TENANT_A, "live", row("a", id="cep_2"))


def test_endpoints_are_paged_changed_over_their_version_and_removed() -> None:
    for name in "cab":
        custom_endpoints.insert(TENANT_A, "live", row(name))
    assert [one["name"] for one in custom_endpoints.page(TENANT_A, "live", "a", 1)] == ["b"]
    assert custom_endpoints.update(TENANT_A, "live", row("a", resource="contacts", version=2), 1)
    assert not custom_endpoints.update(TENANT_A, "live", row("a", version=2), 1)
    custom_endpoints.remove(TENANT_B, "live", "cep_a")
    assert custom_endpoints.find(TENANT_A, "live", "a") == row("a", resource="contacts", version=2)
    custom_endpoints.remove(TENANT_A, "live", "cep_a")
    assert custom_endpoints.find(TENANT_A, "live", "a") is None
