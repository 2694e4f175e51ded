"""Where the files of jobs lie: a folder of the data folder for each sort of file, which each host keeps for itself."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from server.domain.errors import Bug

SORTS: Final = ("imports", "results")
_files: Path | None = None


def install(files: Path) -> None:
    """Take the folder of this appliance's files."""
    global _files  # noqa: PLW0603 - the process has one data folder
    _files = files


def folder(sort: str, name: str) -> Path:
    """Return the folder of a tenant, or of another name, for one of `SORTS`; it is made when needed. Raises Bug before `install`."""
    if _files is None:
        message = "no folder for the files of jobs is installed"
        raise Bug(message)
    found = _files / sort / name
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def prune(before_ms: int) -> int:
    """Remove the files that nobody has written since, and return how many."""
    every = (path for sort in SORTS for path in folder(sort, "").glob("*/*") if path.is_file())
    old = [path for path in every if path.stat().st_mtime * 1000 < before_ms]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
