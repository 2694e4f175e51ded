"""Files of old clients: kept by record, found by themselves or as the newest, and gone with their record."""

from __future__ import annotations

import pytest

from server.store import database, legacy_files, retention
from server.store.legacy_files import LegacyFile
from server.store.records import by_noun
from tests.server.crm import made
from tests.tenants import TENANT_A, TENANT_B, person

pytestmark = pytest.mark.usefixtures("opened")


def kept(file_id: str, record_id: str, at_ms: int) -> LegacyFile:
    """Store a file of tenant A and return it."""
    file = LegacyFile(file_id, record_id, "1", "a.txt", "YQ==")
    legacy_files.insert(TENANT_A, "live", file, at_ms)
    return file


def test_the_newest_file_of_a_record_is_found_and_each_by_its_id() -> None:
    old, new = kept("b", "act_1", 1), kept("a", "act_1", 2)
    kept("c", "act_2", 3)
    assert legacy_files.find_latest(TENANT_A, "live", "act_1") == new
    assert legacy_files.find(TENANT_A, "live", "b") == old
    assert legacy_files.count(TENANT_A, "live", "act_1") == 2
    legacy_files.delete_of(TENANT_A, "live", "act_1")
    assert legacy_files.find_latest(TENANT_A, "live", "act_1") is None
    assert legacy_files.count(TENANT_A, "live", "act_2") == 1


def test_another_tenant_and_mode_find_none() -> None:
    kept("a", "act_1", 1)
    for owner in ((TENANT_B, "live"), (TENANT_A, "test")):
        legacy_files.delete_of(*owner, "act_1")
        assert legacy_files.find(*owner, "a") is legacy_files.find_latest(*owner, "act_1") is None
        assert legacy_files.count(*owner, "act_1") == 0
    assert legacy_files.count(TENANT_A, "live", "act_1") == 1


def test_files_go_with_the_record_that_is_removed() -> None:
    note = made(person("alice"), "activity", type="note")
    kept("a", note["id"], 1)
    database.run("UPDATE activities SET deleted_at = 1")
    with database.transaction():
        retention.remove_records(by_noun()["activity"], 2, 10)
    assert legacy_files.find(TENANT_A, "live", "a") is None
