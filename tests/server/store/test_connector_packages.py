"""Packages lie side by side by version, and say who uses them."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Conflict
from server.store import connector_packages, database
from tests.server.store.test_installations import insert

ROW = {"key": "acme", "version": "1.0.0", "title": "Acme", "publisher": "Acme", "digest": "d", "archive": b"zip", "created_at": 1}


def test_versions_lie_side_by_side_and_each_is_there_once(alice: Actor) -> None:
    with database.transaction():
        connector_packages.insert(ROW)
        connector_packages.insert({**ROW, "version": "1.1.0", "created_at": 2})
    with pytest.raises(Conflict), database.transaction():
        connector_packages.insert(ROW)
    assert [one["version"] for one in connector_packages.rows()] == ["1.1.0", "1.0.0"]
    assert "archive" not in connector_packages.rows()[0]
    found = connector_packages.find("acme", "1.0.0")
    assert found is not None
    assert found["archive"] == b"zip"
    insert(alice, "ins_1", integration="acme")
    assert connector_packages.count_installations("acme", "1.0.0") == 1
    assert connector_packages.count_installations("acme", "1.1.0") == 0
    assert connector_packages.delete("acme", "1.1.0")
    assert not connector_packages.delete("acme", "1.1.0")
