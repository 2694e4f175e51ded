"""Who works on a data folder now: every process of an appliance holds a shared lock, so that a command which must be alone can tell.

A process that dies lets go by itself. Only POSIX locks files this way; elsewhere nobody is ever seen.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from server.domain.errors import Conflict
from server.system.paths import make_private_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "presence.lock"


@contextmanager
def present(folder: Path) -> Iterator[None]:
    """Be seen within the block. Raises Conflict while another process needs to be alone."""
    with _locked(folder, alone=False):
        yield


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
