"""Who works on a data folder now: every process of an appliance holds a shared lock, so that a command which must be alone can tell.

It also holds a lock of its own, and every lease that it takes begins with that lock's name: what a process that was killed
had in hand can be told from what others have in hand. A process that dies lets go by itself. Only POSIX locks files this
way; elsewhere nobody is ever seen.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from server.domain.errors import Conflict
from server.system import ids
from server.system.paths import make_private_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "presence.lock"
_ALIVE = ".alive"
_names: list[str] = []


@contextmanager
def present(folder: Path) -> Iterator[None]:
    """Be seen within the block, and give leases the name of this process. Raises Conflict while another process needs to be alone."""
    with _locked(folder, alone=False), _named(folder):
        yield


def new_lease() -> str:
    """Return the name of a new lease; `gone` yields what it begins with once this process, if it is present, was killed."""
    return ".".join([*_names[-1:], ids.new_id("lease")])


def gone(folder: Path) -> Iterator[str]:
    """Yield the name of each process that was killed while it was present; one is forgotten when the next is asked for."""
    if os.name != "posix":
        return
    import fcntl  # not there on Windows

    for path in folder.glob(f"*{_ALIVE}"):
        with suppress(FileNotFoundError, BlockingIOError), path.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield path.name.removesuffix(_ALIVE)
            path.unlink()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep everybody else out within the block. Raises Conflict while anybody works here."""
    with _locked(folder, alone=True):
        yield


@contextmanager
def _locked(folder: Path, *, alone: bool) -> Iterator[None]:
    if os.name != "posix":
        yield
        return
    import fcntl  # not there on Windows

    make_private_folder(folder)
    with (folder / NAME).open("a") as file:
        try:
            fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            who = "Junction is running on this data folder; stop it first." if alone else "This data folder is being moved; start when that is done."
            raise Conflict(who, code="folder_in_use") from None
        yield


@contextmanager
def _named(folder: Path) -> Iterator[None]:
    if os.name != "posix":
        yield
        return
    import fcntl  # not there on Windows

    name = ids.new_id("process")
    path = folder / (name + _ALIVE)
    with (folder / name).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        Path(file.name).rename(path)  # seen only once it is locked
        _names.append(name)
        try:
            yield
        finally:
            _names.remove(name)
            path.unlink(missing_ok=True)
