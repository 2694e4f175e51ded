"""The figures of all processes of one data folder: each writes its own to `run/` every second, and whoever is asked reads the others'.

A file that was not renewed for a while belongs to a process that was killed: it is not read, and the next process that starts removes it.
The files are hints for `/metrics`: they are not synced, and a broken one is passed over.
"""

from __future__ import annotations

import json
import os
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from server.system import metrics

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EVERY_SECONDS: Final = 1.0
STALE_SECONDS: Final = 10.0
_SUFFIX: Final = ".figures.json"


@contextmanager
def shared(folder: Path) -> Iterator[None]:
    """Write this process's figures to the folder, every second, within the block."""
    _forget_killed(folder)
    ended = threading.Event()
    path = folder / f"{os.getpid()}{_SUFFIX}"
    writer = threading.Thread(target=_write_until, args=(path, ended), name="figures", daemon=True)
    writer.start()
    try:
        yield
    finally:
        ended.set()
        writer.join()
        path.unlink(missing_ok=True)


def others(folder: Path) -> list[metrics.Snapshot]:
    """Return the fresh figures of the other processes."""
    mine, oldest = f"{os.getpid()}{_SUFFIX}", time.time() - STALE_SECONDS
    found = []
    for path in sorted(folder.glob(f"*{_SUFFIX}")):
        try:
            if path.name != mine and path.stat().st_mtime >= oldest:
                found.append(json.loads(path.read_bytes()))
        except (OSError, ValueError):
            continue
    return found


def _forget_killed(folder: Path) -> None:
    oldest = time.time() - STALE_SECONDS
    for path in folder.glob("*.figures.*"):
        with suppress(OSError):
            if path.stat().st_mtime < oldest:
                path.unlink()


def _write_until(path: Path, ended: threading.Event) -> None:
    draft = path.with_suffix(".draft")
    while True:
        try:
            draft.write_text(json.dumps(metrics.snapshot()), "utf-8")
            draft.replace(path)
        except OSError:
            # A full or vanished folder takes figures away, not deliveries; the next second tries again.
            draft.unlink(missing_ok=True)
        if ended.wait(EVERY_SECONDS):
            return
