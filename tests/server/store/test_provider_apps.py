"""Provider apps: a tenant's own beside the appliance's, one of each provider."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict
from server.store import database, provider_apps

ROW = {"id": "app_1", "provider": "google", "client_id": "c", "secret": b"s", "options": {}, "version": 1, "created_at": 1, "updated_at": 1}


def test_a_tenants_app_lies_beside_the_appliances(alice: Actor, charlie: Actor) -> None:
    with database.transaction():
        provider_apps.insert(None, ROW)
        provider_apps.insert(alice.tenant_id, {**ROW, "id": "app_2"})
    found = [provider_apps.find(owner, "google") for owner in (None, alice.tenant_id, charlie.tenant_id)]
    assert [one and one["id"] for one in found] == ["app_1", "app_2", None]
    assert [one["id"] for one in provider_apps.rows(alice.tenant_id)] == ["app_2"]
    assert provider_apps.find_by_id("app_1") is not None
    assert provider_apps.update(None, "google", {"client_id": "d"}, 1)
    assert not provider_apps.update(None, "google", {"client_id": "e"}, 1)
    assert not provider_apps.delete(charlie.tenant_id, "google")
    assert provider_apps.delete(alice.tenant_id, "google")
    assert provider_apps.find(None, "google") is not None


@pytest.mark.parametrize("of_appliance", [True, False])
def test_a_provider_has_one_app_of_each_owner(alice: Actor, *, of_appliance: bool) -> None:
    owner = None if of_appliance else alice.tenant_id
    with database.transaction():
        provider_apps.insert(owner, ROW)
    with pytest.raises(Conflict), database.transaction():
        provider_apps.insert(owner, {**ROW, "id": "app_2"})
