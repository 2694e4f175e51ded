"""Not ready is what makes requests fail, in stable words; a backlog is none of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from server.services import health
from server.store import database, schema
from server.system import settings
from server.system.settings import Settings


def load(folder: Path, url: str, **overrides: Any) -> Settings:
    given = {name.replace("__", "."): value for name, value in overrides.items()}
    return settings.load(folder, environ={}, overrides={"database.url": url, **given})


@pytest.fixture
def keyed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the master key be there, and forget which databases were found up to date."""
    monkeypatch.setattr(health, "_has_master_key", lambda _settings: True)
    monkeypatch.setattr(health, "_up_to_date", set())


def test_an_appliance_whose_parts_answer_is_ready(opened: str, keyed: None, tmp_path: Path) -> None:
    assert health.readiness(load(tmp_path, opened)) == health.Readiness([], [])


def test_a_missing_master_key_is_named(opened: str, tmp_path: Path) -> None:
    assert health.readiness(load(tmp_path, opened)).reasons == ["master_key_missing"]


def test_a_database_that_cannot_be_reached_is_named(keyed: None, tmp_path: Path) -> None:
    url = "postgresql://nobody@127.0.0.1:1/junction?connect_timeout=1"
    database.forget_statements()
    database.open_database(url)
    assert health.readiness(load(tmp_path, url)).reasons == ["database_unreachable"]
    database.close()


def test_missing_migrations_are_named_until_they_are_there(opened: str, keyed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = load(tmp_path, opened)
    with monkeypatch.context() as context:
        context.setattr(schema, "pending", lambda: ["0002_next"])
        assert health.readiness(found).reasons == ["migrations_pending"]
    assert health.readiness(found).reasons == []
    monkeypatch.setattr(schema, "pending", lambda: pytest.fail("it was found up to date once, and stays so"))
    assert health.readiness(found).reasons == []


def test_weaker_durability_and_a_full_disk_are_warnings(opened: str, keyed: None, tmp_path: Path) -> None:
    weak = load(tmp_path, opened, database__synchronous="normal", storage__minimum_free_bytes=2**50)
    assert health.readiness(weak) == health.Readiness([], ["disk_nearly_full", "durability_weakened"])
