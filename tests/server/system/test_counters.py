"""Counters: all meters or none, exact beside other processes, and never more than a quota."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.system import counters as module
from server.system.counters import LocalCounters, Meter, SharedCounters, fingerprint_of, open_counters

NOW = 1_700_000_000_000
posix = pytest.mark.skipif(os.name != "posix", reason="files are locked this way on POSIX only")


@pytest.fixture(params=["local", "shared"])
def counters(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LocalCounters | SharedCounters]:
    if request.param == "local":
        yield LocalCounters()
        return
    found = SharedCounters(tmp_path / "limits")
    yield found
    found.close()


def meter(key: str = "a", quota: int = 2, period_ms: int = 1000) -> Meter:
    return Meter(key, quota, period_ms)


def test_a_window_takes_as_much_as_its_quota_and_a_new_one_begins_after_it(counters: LocalCounters) -> None:
    assert [counters.take([meter()], 1, NOW + at) for at in (0, 10, 20, 999, 1000)] == [
        (True, [(1, NOW + 1000)]),
        (True, [(2, NOW + 1000)]),
        (False, [(2, NOW + 1000)]),
        (False, [(2, NOW + 1000)]),
        (True, [(1, NOW + 2000)]),
    ]


def test_of_several_meters_all_count_or_none(counters: LocalCounters) -> None:
    narrow, wide = meter("narrow", 1), meter("wide", 10)
    assert counters.take([narrow, wide], 1, NOW)[0]
    assert counters.take([narrow, wide], 1, NOW) == (False, [(1, NOW + 1000), (1, NOW + 1000)])
    assert counters.take([wide], 9, NOW) == (True, [(10, NOW + 1000)])


def test_looking_counts_nothing_and_opens_no_window(counters: LocalCounters) -> None:
    assert counters.peek([meter()], NOW) == [(0, NOW)]
    counters.take([meter()], 2, NOW)
    assert counters.peek([meter(), meter("b")], NOW + 5) == [(2, NOW + 1000), (0, NOW + 5)]
    assert counters.peek([meter()], NOW + 1000) == [(0, NOW + 1000)]


def test_an_end_from_before_the_clock_was_set_back_does_not_hold(counters: LocalCounters) -> None:
    counters.take([meter()], 2, NOW)
    assert counters.take([meter()], 1, NOW - 60_000) == (True, [(1, NOW - 59_000)])


def test_a_quota_that_is_changed_holds_at_once(counters: LocalCounters) -> None:
    assert counters.take([meter(quota=2)], 2, NOW)[0]
    assert not counters.take([meter(quota=1)], 1, NOW)[0]
    assert counters.take([meter(quota=3)], 1, NOW)[0]


def test_counting_on_this_host_never_waits(counters: LocalCounters) -> None:
    assert (counters.is_remote, counters.waits([meter()], 1, NOW)) == (False, False)


def test_ended_windows_are_swept_out_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SWEEP_ABOVE", 10)
    found = LocalCounters()
    for number in range(100):
        found.take([meter(f"subject {number}")], 1, NOW + 500 * number)
    assert len(found._windows) <= 12


def test_what_is_known_of_places_is_bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "SWEEP_ABOVE", 10)
    found = SharedCounters(tmp_path / "limits")
    for number in range(100):
        found.take([meter(f"subject {number}")], 1, NOW)
    assert len(found._known) <= 12
    assert found.peek([meter("subject 3")], NOW) == [(1, NOW + 1000)]


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(1, 3), st.integers(0, 700)), max_size=60))
def test_a_shared_file_counts_as_memory_does(tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int]]) -> None:
    local, shared, now = LocalCounters(), SharedCounters(tmp_path_factory.mktemp("run") / "limits", 64), NOW
    for key, units, pause in steps:
        now += pause
        meters = [meter(key, 5), meter("all", 9, 3000)]
        assert shared.take(meters, units, now) == local.take(meters, units, now)
    shared.close()


def test_in_a_full_file_the_window_that_ends_first_makes_room(tmp_path: Path) -> None:
    found = SharedCounters(tmp_path / "limits", 8)
    for number in range(8):
        found.take([meter(str(number), 1, 1000 + number)], 1, NOW)
    assert found.take([meter("new", 1)], 1, NOW)[0]
    full = [number for number in range(8) if found.peek([meter(str(number), 1, 1000 + number)], NOW)[0][0] == 1]
    assert full == [1, 2, 3, 4, 5, 6, 7]


def test_a_file_outlives_who_mapped_it(tmp_path: Path) -> None:
    first = SharedCounters(tmp_path / "limits")
    first.take([meter()], 2, NOW)
    first.close()
    assert not SharedCounters(tmp_path / "limits").take([meter()], 1, NOW)[0]
    assert (tmp_path / "limits").stat().st_mode & 0o777 == 0o600


def test_fingerprints_are_the_same_in_every_process_and_never_0() -> None:
    assert fingerprint_of("ten_1/second") == fingerprint_of("ten_1/second") != fingerprint_of("ten_2/second")
    assert all(0 < fingerprint_of(f"{number}\udcff") < 2**63 for number in range(100))


COUNTING = """
import json, sys
from pathlib import Path
from server.system.counters import Meter, open_counters
found, meters = open_counters(Path(sys.argv[1])), [Meter("tenant", 5000, 3_600_000), Meter(sys.argv[2], 2000, 3_600_000)]
sys.stdin.readline()
print(json.dumps(sum(found.take(meters, 1, 1_700_000_000_000)[0] for _ in range(3000))))
"""


@posix
@pytest.mark.criterion("api-16")
def test_four_processes_that_count_at_once_admit_exactly_the_quota(tmp_path: Path) -> None:
    command = [sys.executable, "-c", COUNTING, str(tmp_path / "limits")]
    children = [subprocess.Popen([*command, f"key {number}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for number in range(4)]
    admitted = [json.loads(child.communicate("go\n", timeout=60)[0]) for child in children]
    assert sum(admitted) == 5000
    assert max(admitted) <= 2000


@posix
def test_posix_shares_its_counters(tmp_path: Path) -> None:
    assert isinstance(open_counters(tmp_path / "limits"), SharedCounters)
