"""Rows of clients."""

from __future__ import annotations

import pytest

from server.store import clients, database
from tests.server.services.oauth.rig import OWN, App
from tests.tenants import TENANT_A, TENANT_B

pytestmark = pytest.mark.usefixtures("opened")


def test_a_client_is_found_inside_its_tenant_and_mode_only() -> None:
    app = App(**OWN)
    assert clients.find(TENANT_A, "live", app.id)
    assert clients.find(TENANT_A, "test", app.id) is None
    assert clients.find(TENANT_B, "live", app.id) is None
    assert [row["id"] for row in clients.page(TENANT_A, "live", "", 10)] == [app.id]
    assert clients.page(TENANT_B, "live", "", 10) == []


def test_a_change_over_another_version_or_tenant_is_none() -> None:
    app = App(**OWN)
    assert clients.update(TENANT_A, app.id, {"name": "x", "scopes": ["a"]}, 1)
    assert not clients.update(TENANT_A, app.id, {"name": "y"}, 1)
    assert not clients.update(TENANT_B, app.id, {"name": "y"}, 2)
    assert not clients.update(None, app.id, {"name": "y"}, 2)
    row = clients.find_anywhere(app.id)
    assert row
    assert (row["name"], row["scopes"], row["version"], row["tenant_tier"], row["tenant_status"]) == ("x", ["a"], 2, "standard", "active")


def test_deleting_a_client_deletes_all_it_was_given() -> None:
    app = App()
    app.exchange(app.code())
    clients.delete(app.id)
    counts = [database.row(f"SELECT COUNT(*) FROM {table}") for table in ("clients", "tokens", "authorizations")]  # noqa: S608
    assert counts == [(0,)] * 3


def test_when_a_client_was_used_is_written_once_in_a_while() -> None:
    app = App(**OWN)
    for now, last in ((1000, 1000), (1500, 1000), (2500, 2500)):
        clients.touch(app.id, now, now - 1000)
        row = clients.find_anywhere(app.id)
        assert row
        assert row["last_used_at"] == last


def test_registration_is_a_switch_of_each_tenant() -> None:
    assert not clients.registration_is_open(None)
    clients.put_registration(TENANT_A, is_open=True)
    assert [clients.registration_is_open(one) for one in (TENANT_A, TENANT_B, None)] == [True, False, True]
    clients.put_registration(TENANT_A, is_open=False)
    assert not clients.registration_is_open(None)
