"""A running appliance per test module and database, and its people, fresh for every test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, cast

import pytest

from tests.api.appliance import Appliance, Persona, Personas, running


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> Literal[True] | None:
    """Leave out what fetches tools of others, unless the long counts are asked for."""
    return True if collection_path.name == "test_strangers.py" and not config.getoption("--thorough") else None


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def appliance(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Appliance]:
    """Yield an appliance, once on SQLite and once on a real PostgreSQL."""
    folder = tmp_path_factory.mktemp("appliance")
    url = f"sqlite:///{folder / 'junction.sqlite3'}"
    if request.param == "postgresql":
        url = cast("Callable[[], str]", request.getfixturevalue("fresh_postgres"))()
    with running(folder, url) as found:
        yield found


@pytest.fixture
def personas(appliance: Appliance) -> Personas:
    """Return alice and bob in one fresh tenant, charlie in another."""
    return appliance.personas()


@pytest.fixture
def alice(personas: Personas) -> Persona:
    """Return the owner of tenant A."""
    return personas.alice


@pytest.fixture
def bob(personas: Personas) -> Persona:
    """Return the viewer in tenant A."""
    return personas.bob


@pytest.fixture
def charlie(personas: Personas) -> Persona:
    """Return the owner of tenant B."""
    return personas.charlie
