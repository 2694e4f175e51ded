"""What every test can ask for; the parts live in small modules beside this one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

pytest_plugins = [
    "pytester",
    "tests.connectors.kept",
    "tests.connectors.quality",
    "tests.peers.clamd",
    "tests.peers.dovecot",
    "tests.peers.listener",
    "tests.peers.exim",
    "tests.peers.opensmtpd",
    "tests.peers.mail_providers",
    "tests.peers.postfix",
    "tests.peers.nsd",
    "tests.peers.postgres",
    "tests.peers.redis",
    "tests.peers.s3",
    "tests.peers.smtp",
    "tests.peers.sink",
    "tests.properties",
    "tests.lasting",
    "tests.mailing",
    "tests.peers.verifiers",
    "tests.quiet",
    "tests.recording",
    "tests.connectors.cost",
    "tests.strictness",
    "tests.tenants",
    "tests.turns",
    "tests.vendors.fixtures",
    "tests.vendors.reaching",
    "tests.installed",
]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Return each kind of database in turn."""
    return cast("str", request.param)


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty database, once as a SQLite file and once in a real PostgreSQL."""
    if database_kind == "sqlite":
        return f"sqlite:///{tmp_path / 'junction.sqlite3'}"
    return cast("Callable[[], str]", request.getfixturevalue("fresh_postgres"))()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Give long values numbers instead of showing them: a key made at random would give a test another name in every worker process."""
    return argname if isinstance(val, str | bytes) and len(val) > 40 else None
