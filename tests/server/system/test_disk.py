"""The disk watch: it says full below the minimum, looks seldom, and notices when space is freed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from server.system import clock, disk

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.skipif(os.name != "posix", reason="statvfs is there on POSIX only")
def test_free_is_what_an_ordinary_user_may_still_write(tmp_path: Path) -> None:
    seen = os.statvfs(tmp_path)
    assert abs(disk.free_bytes(tmp_path) - seen.f_bavail * seen.f_frsize) < 2**28


def test_a_disk_is_full_below_the_minimum_only(tmp_path: Path) -> None:
    assert disk.DiskWatch(tmp_path, 2**62).full()
    assert not disk.DiskWatch(tmp_path, 1).full()
    assert not disk.DiskWatch(tmp_path, 0).full()


def test_it_looks_once_a_second_and_notices_both_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free, looks = [500], [0]

    def look(path: Path) -> int:
        assert path == tmp_path
        looks[0] += 1
        return free[0]

    monkeypatch.setattr(disk, "free_bytes", look)
    with clock.frozen(0) as held:
        watch = disk.DiskWatch(tmp_path, 100)
        assert [watch.full() for _ in range(1000)] == [False] * 1000
        assert looks == [1]
        free[0] = 99
        held.advance(999)
        assert not watch.full()
        held.advance(1)
        assert watch.full()
        free[0] = 100
        held.advance(1000)
        assert not watch.full()
        assert looks == [3]


def test_a_clock_that_is_set_back_does_not_silence_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = [500]
    monkeypatch.setattr(disk, "free_bytes", lambda _path: free[0])
    with clock.frozen(1_000_000) as held:
        watch = disk.DiskWatch(tmp_path, 100)
        assert not watch.full()
        free[0] = 0
        held.advance(-500_000)
        assert watch.full()
