"""The settings say where contents are kept; before they are known nothing is kept anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.domain.errors import Bug, Unprocessable
from server.outbound.object_storage import ObjectStorage
from server.services import storages
from server.system import settings
from server.system.file_storage import DiskStorage

S3 = {"documents.storage": "s3", "documents.s3_bucket": "b", "documents.s3_access_key": "a", "documents.s3_secret_key": "k"}


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin as a process does."""
    monkeypatch.setattr(storages, "_installed", None)


def test_the_disk_is_used_unless_the_settings_say_otherwise(tmp_path: Path) -> None:
    storages.install(settings.load(tmp_path, {}))
    assert isinstance(storages.storage(), DiskStorage)
    assert storages.files() == tmp_path / "files"
    storages.install(settings.load(tmp_path, {}, S3))
    assert isinstance(storages.storage(), ObjectStorage)
    assert storages.rules().s3_bucket == "b"


def test_a_store_elsewhere_needs_all_that_it_is_reached_by(tmp_path: Path) -> None:
    with pytest.raises(Unprocessable) as refusal:
        settings.load(tmp_path, {}, {"documents.storage": "s3", "documents.scanner": "http://x"})
    assert {fault.pointer for fault in refusal.value.faults} == {
        "documents.s3_bucket", "documents.s3_access_key", "documents.s3_secret_key", "documents.scanner",
    }  # fmt: skip


def test_before_it_is_installed_there_is_none() -> None:
    assert not storages.is_installed()
    with pytest.raises(Bug):
        storages.storage()
