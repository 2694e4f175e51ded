"""Counters of fixed windows: in the memory of one process, or in a file that all processes of one host map and lock.

A window begins with the first unit that is counted and ends after its period; then the next one begins. Of several
meters either all count or none: `take` is atomic, so what is counted never exceeds a quota, whoever counts beside.
"""

from __future__ import annotations

import mmap
import os
import threading
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, ClassVar, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SWEEP_ABOVE: Final = 50_000
SLOTS: Final = 131_072
"""How many windows one host can count at once in its file; beyond that the one that ends first makes room."""
_PROBES: Final = 32
_WIDTH: Final = 3
_FINGERPRINT, _END, _USED = range(_WIDTH)


@dataclass(frozen=True, slots=True)
class Meter:
    """What is counted under one key: at most `quota` units in `period_ms`."""

    key: str
    quota: int
    period_ms: int


State = tuple[int, int]
"""How many units a window has used, and when it ends in milliseconds since the epoch."""


class Counters(Protocol):
    """What limits are counted with; `is_remote` says whether that may wait for another machine."""

    is_remote: ClassVar[bool]

    def take(self, meters: Sequence[Meter], units: int, now: int) -> tuple[bool, list[State]]:
        """Count units on every meter, or on none when one has no room; returns whether they fit, and every meter's state."""

    def peek(self, meters: Sequence[Meter], now: int) -> list[State]:
        """Return every meter's state without counting; an end that is not in the future says that no window is open."""

    def waits(self, meters: Sequence[Meter], units: int, now: int) -> bool:
        """Tell whether `take` would wait for another machine, so that it must not be called on the event loop."""

    def close(self) -> None:
        """Let go of what is held open."""


@dataclass(slots=True)
class LocalCounters:
    """The counters of one process."""

    is_remote: ClassVar[bool] = False
    _windows: dict[str, list[int]] = field(default_factory=dict)

    def take(self, meters: Sequence[Meter], units: int, now: int) -> tuple[bool, list[State]]:
        """Count units on every meter, or on none."""
        windows, fits = [], True
        for meter in meters:
            window = self._windows.get(meter.key)
            if window is None or not now < window[1] <= now + meter.period_ms:
                window = self._opened(meter, now)
            windows.append(window)
            fits = fits and window[0] + units <= meter.quota
        if fits:
            for window in windows:
                window[0] += units
        return fits, [(window[0], window[1]) for window in windows]

    def _opened(self, meter: Meter, now: int) -> list[int]:
        if len(self._windows) > SWEEP_ABOVE:
            self._windows = {key: kept for key, kept in self._windows.items() if kept[1] > now}
        found = self._windows[meter.key] = [0, now + meter.period_ms]
        return found

    def peek(self, meters: Sequence[Meter], now: int) -> list[State]:
        """Return every meter's state."""
        found = [self._windows.get(meter.key) for meter in meters]
        return [(one[0], one[1]) if one is not None and is_open(one[1], meter, now) else (0, now) for meter, one in zip(meters, found, strict=True)]

    def waits(self, _meters: Sequence[Meter], _units: int, _now: int) -> bool:
        """Tell that nothing waits here."""
        return False

    def close(self) -> None:
        """Forget everything."""
        self._windows.clear()


def is_open(end: int, meter: Meter, now: int) -> bool:
    """Tell whether a window lasts; an end further away than a whole period was written before the clock was set back."""
    return now < end <= now + meter.period_ms


class SharedCounters:
    """The counters of one host: every process maps the same file, and a lock on it makes each `take` exact.

    A process that dies lets the lock go. The file is memory that happens to have a name: it is never synced, and what it holds
    outlives a restart of the appliance but need not.
    """

    is_remote: ClassVar[bool] = False

    def __init__(self, path: Path, slots: int = SLOTS) -> None:
        """Map the file, making it when it is missing. Raises OSError where it cannot be."""
        self._size = slots
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(self._file, slots * _WIDTH * 8)
        self._map = mmap.mmap(self._file, slots * _WIDTH * 8)
        self._cells = memoryview(self._map).cast("q")
        # The file's lock keeps other processes out, this one the other threads of this process.
        self._turn = threading.Lock()
        self._known: dict[str, tuple[int, int]] = {}

    def take(self, meters: Sequence[Meter], units: int, now: int) -> tuple[bool, list[State]]:
        """Count units on every meter, or on none."""
        cells = self._cells
        with self._turn:
            _lock(self._file)
            try:
                places, fits = [], True
                for meter in meters:
                    place, fingerprint = self._known.get(meter.key) or self._place(meter.key, now)
                    if cells[place] != fingerprint or not now < cells[place + _END] <= now + meter.period_ms:
                        place = self._opened(meter, now)
                    places.append(place)
                    fits = fits and cells[place + _USED] + units <= meter.quota
                if fits:
                    for place in places:
                        cells[place + _USED] += units
                return fits, [(cells[place + _USED], cells[place + _END]) for place in places]
            finally:
                _unlock(self._file)

    def _opened(self, meter: Meter, now: int) -> int:
        """Return the place of a meter, whose window is opened if it is not."""
        cells = self._cells
        place, fingerprint = self._place(meter.key, now)
        if cells[place] != fingerprint or not is_open(cells[place + _END], meter, now):
            cells[place + _END], cells[place + _USED], cells[place] = now + meter.period_ms, 0, fingerprint
        return place

    def _place(self, key: str, now: int) -> tuple[int, int]:
        known = self._known.get(key)
        if known is not None and self._cells[known[0]] == known[1]:
            return known
        fingerprint = known[1] if known is not None else fingerprint_of(key)
        if len(self._known) > SWEEP_ABOVE:
            self._known.clear()
        found = self._known[key] = (self._search(fingerprint, now), fingerprint)
        return found

    def _search(self, fingerprint: int, now: int) -> int:
        """Return the place of a fingerprint: where it is, else a free one, else that of the window which ends first."""
        cells = self._cells
        places = [(fingerprint + step) % self._size * _WIDTH for step in range(_PROBES)]
        for place in places:
            if cells[place] == fingerprint:
                return place
        free = (place for place in places if cells[place] == 0 or cells[place + _END] <= now)
        return next(free, None) or min(places, key=lambda place: cells[place + _END])

    def peek(self, meters: Sequence[Meter], now: int) -> list[State]:
        """Return every meter's state; read without the lock, so it may be that of a moment ago."""
        return [self._peek(meter, now) for meter in meters]

    def _peek(self, meter: Meter, now: int) -> State:
        place, fingerprint = self._place(meter.key, now)
        used, end = self._cells[place + _USED], self._cells[place + _END]
        return (used, end) if self._cells[place] == fingerprint and is_open(end, meter, now) else (0, now)

    def waits(self, _meters: Sequence[Meter], _units: int, _now: int) -> bool:
        """Tell that nothing waits here: whoever holds the lock does so for microseconds."""
        return False

    def close(self) -> None:
        """Let the file go."""
        self._cells.release()
        self._map.close()
        os.close(self._file)


def fingerprint_of(key: str) -> int:
    """Return a key as a number that is the same in every process, and never 0, which marks an empty place."""
    return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()) >> 1 | 1


if os.name == "posix":
    from fcntl import LOCK_EX, LOCK_UN, flock

    def _lock(file: int) -> None:
        flock(file, LOCK_EX)

    def _unlock(file: int) -> None:
        flock(file, LOCK_UN)


def open_counters(path: Path) -> LocalCounters | SharedCounters:
    """Return the counters that this host's processes share; where files cannot be locked this way, each counts for itself."""
    return SharedCounters(path) if os.name == "posix" else LocalCounters()
