"""Room on the disk: nearly full means that writes are refused in time, before the database meets the end of it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from server.system import clock

if TYPE_CHECKING:
    from pathlib import Path


def free_bytes(path: Path) -> int:
    """Return the bytes that this process may still write on the file system of an existing path."""
    return shutil.disk_usage(path).free


class DiskWatch:
    """Answers whether the disk is nearly full, as often as asked; it looks once per interval."""

    def __init__(self, path: Path, minimum: int, interval_ms: int = 1000) -> None:
        """Watch the file system of `path`, full below `minimum` free bytes; 0 is never full."""
        self.path = path
        self.minimum = minimum
        self.interval_ms = interval_ms
        self._looked_at = -interval_ms
        self._full = False

    def full(self) -> bool:
        """Tell whether fewer than the minimum of bytes were free within the last interval."""
        now = clock.now_ms()
        # The distance, not the order: a clock that is set back must not silence the watch.
        if abs(now - self._looked_at) >= self.interval_ms:
            self._looked_at = now
            self._full = free_bytes(self.path) < self.minimum
        return self._full
