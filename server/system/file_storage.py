"""Where files are kept by name: the interface that every storage has, and the one on this machine's disk.

A file that was kept is on the disk for good and is never changed, only removed. A name is segments with slashes between them,
made by us and never by whoever sent the file.
"""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from server.domain.errors import Bug, Missing
from server.system.paths import make_private_folder, sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PIECE: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is kept."""

    name: str
    size: int
    modified_ms: int


class FileStorage(Protocol):
    """What a storage can do; each raises Later when it cannot be reached."""

    def keep(self, name: str, path: Path) -> None:
        """Take a file over, from the disk of this machine; when this returns, the file survives a power cut."""

    def pieces(self, name: str, start: int, stop: int) -> Iterator[bytes]:
        """Return the bytes from `start` up to `stop`, piece by piece. Raises Missing (`content_missing`) at once."""

    def size(self, name: str) -> int | None:
        """Return how long a file is, None when it is not there."""

    def remove(self, name: str) -> None:
        """Remove a file; one that is not there is as good as removed."""

    def remove_all(self, folder: str) -> None:
        """Remove everything whose name begins with a segment or more."""

    def walk(self) -> Iterator[Kept]:
        """Yield everything that is kept, in no order."""


def missing() -> Missing:
    """Return the refusal for content that should be there and is not."""
    return Missing("The content of this document is not in its storage any more.", code="content_missing")


class DiskStorage:
    """Files below a folder that nobody else writes to."""

    def __init__(self, root: Path) -> None:
        """Take the folder; it is made when the first file comes."""
        self._root = root

    def path(self, name: str) -> Path:
        """Return where a file lies. Raises Bug for a name that leads elsewhere."""
        parts = name.split("/")
        if not all(part and part.strip(".") and "\\" not in part and "\0" not in part for part in parts):
            raise Bug(f"{name!r} is no name of a file")
        return self._root.joinpath(*parts)

    def keep(self, name: str, path: Path) -> None:
        """Take a file over: synced, then renamed, then the folder synced."""
        target = self.path(name)
        with path.open("rb+") as file:
            os.fsync(file.fileno())
        self._make_folder(target.parent)
        try:
            path.replace(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            self._copy(path, target)
        sync_folder(target.parent)

    def _make_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            self._make_folder(folder.parent)
            make_private_folder(folder)
            sync_folder(folder.parent)

    def _copy(self, path: Path, target: Path) -> None:
        draft = target.with_name(f".{target.name}")
        shutil.copyfile(path, draft)
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        draft.replace(target)
        path.unlink()

    def pieces(self, name: str, start: int, stop: int) -> Iterator[bytes]:
        """Return a part of a file; it is opened at once, so that a removal meanwhile takes nothing away."""
        try:
            file = self.path(name).open("rb")
        except FileNotFoundError as error:
            raise missing() from error

        def read() -> Iterator[bytes]:
            with file:
                file.seek(start)
                left = stop - start
                while left > 0 and (piece := file.read(min(PIECE, left))):
                    left -= len(piece)
                    yield piece

        return read()

    def size(self, name: str) -> int | None:
        """Return how long a file is, None when it is not there."""
        try:
            return self.path(name).stat().st_size
        except FileNotFoundError:
            return None

    def remove(self, name: str) -> None:
        """Remove a file, and the folder it lay in once that is empty."""
        path = self.path(name)
        path.unlink(missing_ok=True)
        with suppress(OSError):  # there is something else in it, or it is gone
            path.parent.rmdir()

    def remove_all(self, folder: str) -> None:
        """Remove a folder with everything in it."""
        shutil.rmtree(self.path(folder), ignore_errors=True)

    def walk(self) -> Iterator[Kept]:
        """Yield every file; what vanishes meanwhile is passed over."""
        for folder, _, names in os.walk(self._root):
            for name in names:
                path = self._root.joinpath(folder, name)
                with suppress(FileNotFoundError):
                    found = path.stat()
                    yield Kept(path.relative_to(self._root).as_posix(), found.st_size, int(found.st_mtime * 1000))
