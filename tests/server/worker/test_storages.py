"""Huey's file, deleted, broken and fought over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from server.worker.queue import Queue
from server.worker.storages import open_huey
from tests.server.worker.test_queue import Worker, wake_until


def test_a_queue_whose_main_file_alone_was_deleted_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "queue.sqlite3"
    worker, waker = Worker(f"sqlite:///{path}"), Queue(f"sqlite:///{path}")
    try:
        assert wake_until(waker, worker)
        path.unlink()
        assert wake_until(waker, worker)
        assert path.exists()
    finally:
        worker.queue.stop()
        waker.stop()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_queue_whose_file_was_filled_with_rubbish_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "queue.sqlite3"
    worker, waker = Worker(f"sqlite:///{path}"), Queue(f"sqlite:///{path}")
    try:
        assert wake_until(waker, worker)
        (tmp_path / "rubbish").write_bytes(b"rubbish" * 1000)
        (tmp_path / "rubbish").replace(path)
        assert wake_until(waker, worker)
    finally:
        worker.queue.stop()
        waker.stop()


def test_many_processes_that_begin_at_once_agree_on_one_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'queue.sqlite3'}"

    def begin(number: int) -> int:
        storage = open_huey(url).storage
        storage.enqueue(str(number).encode())
        storage.close()
        return number

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(begin, range(8))) == list(range(8))
    storage = open_huey(url).storage
    assert storage.queue_size() == 8
    storage.close()
