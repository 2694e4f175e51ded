"""The files that jobs make for download, in the data folder: files/results/<tenant>/<job>; as long as its job runs, a file is `.part`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from server.domain.errors import Bug, Missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PIECE: Final = 256 * 1024
_folder: Path | None = None


def install(folder: Path) -> None:
    """Take the folder of this appliance's results."""
    global _folder  # noqa: PLW0603 - the process has one data folder
    _folder = folder


def _root() -> Path:
    if _folder is None:
        message = "no folder for results is installed"
        raise Bug(message)
    return _folder


def _path(tenant_id: str, job_id: str) -> Path:
    return _root() / tenant_id / job_id


def keep(tenant_id: str, job_id: str, pieces: Iterable[bytes]) -> int:
    """Write a result and return its size; it is there whole or not at all."""
    path = _path(tenant_id, job_id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part, size = path.with_name(f"{job_id}.part"), 0
    try:
        with part.open("wb") as stream:
            for piece in pieces:
                size += stream.write(piece)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return size


def read(tenant_id: str, job_id: str) -> Iterator[bytes]:
    """Return a result piece by piece. Raises Missing when it is not here, or not here any more."""
    path = _path(tenant_id, job_id)
    if not path.exists():
        raise Missing("The file of this job was kept for a while and is gone, or lies on another host.", code="file_missing")
    return _pieces(path)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(PIECE):
            yield piece


def prune(before_ms: int) -> int:
    """Remove the results that were finished before, and return how many."""
    old = [path for path in _root().glob("*/*") if path.is_file() and path.stat().st_mtime * 1000 < before_ms]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
