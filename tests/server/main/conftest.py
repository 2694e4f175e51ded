"""An initialised data folder, copied from one that is made once, since a first start takes a second."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from server.store import database
from tests.server.main import program

OPERATOR = "operator@example.com"


@dataclass(frozen=True)
class Fresh:
    """A data folder with an appliance that nobody has used yet, and what its first start told."""

    data: Path
    told: dict[str, Any]


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Fresh:
    """Make an appliance once; nobody changes this one."""
    data = tmp_path_factory.mktemp("made") / "data"
    done = program.run("init", "--operator-email", OPERATOR, "--json", data=data)
    assert done.returncode == 0, done.stderr
    return Fresh(data, json.loads(done.stdout))


@pytest.fixture
def fresh(made_once: Fresh, tmp_path: Path) -> Iterator[Fresh]:
    """Return a copy of the appliance."""
    data = tmp_path / "data"
    shutil.copytree(made_once.data, data)
    yield Fresh(data, made_once.told)
    if database.db.obj is not None:
        database.close()


@pytest.fixture(autouse=True)
def without_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take settings of this shell's own away."""
    for name in os.environ.copy():
        if name.startswith("JUNCTION_"):
            monkeypatch.delenv(name)
