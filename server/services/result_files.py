"""The files that jobs make for download, in the data folder: files/results/<tenant>/<job>; as long as its job runs, a file is `.part`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.domain.errors import Missing
from server.services.job_folders import folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

PIECE: Final = 256 * 1024


def keep(tenant_id: str, job_id: str, pieces: Iterable[bytes]) -> int:
    """Write a result and return its size; it is there whole or not at all."""
    path = folder("results", tenant_id) / job_id
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
    path = folder("results", tenant_id) / job_id
    if not path.exists():
        raise Missing("The file of this job was kept for a while and is gone, or lies on another host.", code="file_missing")
    return _pieces(path)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(PIECE):
            yield piece
