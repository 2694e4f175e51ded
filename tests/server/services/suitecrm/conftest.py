"""A tenant that lets SuiteCRM's clients in, and a storage for what they attach."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.domain.actor import Actor
from server.services import job_folders, legacy, storages
from server.system import settings


@pytest.fixture
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install a storage on the disk, and return its folder."""
    monkeypatch.setattr(storages, "_installed", None)
    storages.install(settings.load(tmp_path, {}, {"documents.limit_bytes": 10_000}))
    monkeypatch.setattr(job_folders, "_files", tmp_path / "files")
    return tmp_path / "files"


@pytest.fixture
def suite(alice: Actor) -> Actor:
    """Return alice, in whose tenant legacy access is switched on."""
    legacy.put(alice, enabled=True)
    return alice
