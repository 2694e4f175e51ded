"""The files of imports in the data folder: what came in, and what was refused of it; a folder per tenant, two files per import.

files/imports/arriving/…                 uploads on their way; those of a killed process are pruned
files/imports/<tenant>/<import>.source   the table as it came
files/imports/<tenant>/<import>.refused  the refused rows, as far as the import has come
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from server.domain.errors import Bug

if TYPE_CHECKING:
    from collections.abc import Iterator

_folder: Path | None = None


def install(folder: Path) -> None:
    """Take the folder of this appliance's imports."""
    global _folder  # noqa: PLW0603 - the process has one data folder
    _folder = folder


def _root() -> Path:
    if _folder is None:
        message = "no folder for imports is installed"
        raise Bug(message)
    return _folder


def arriving() -> Path:
    """Return the folder for uploads on their way; it is made when needed."""
    return _made(_root() / "arriving")


def source(tenant_id: str, import_id: str) -> Path:
    """Return where the table of an import lies."""
    return _made(_root() / tenant_id) / f"{import_id}.source"


def refused(tenant_id: str, import_id: str) -> Path:
    """Return where the refused rows of an import lie."""
    return _made(_root() / tenant_id) / f"{import_id}.refused"


@contextmanager
def kept(tenant_id: str, import_id: str) -> Iterator[None]:
    """Keep the table of an import unless what is inside fails: then there is no import that it belongs to."""
    try:
        yield
    except BaseException:
        source(tenant_id, import_id).unlink(missing_ok=True)
        raise


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def prune(before_ms: int) -> int:
    """Remove the files that nobody has written since, and return how many."""
    old = [path for path in _files() if path.stat().st_mtime * 1000 < before_ms]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _files() -> Iterator[Path]:
    return (path for path in _root().glob("*/*") if path.is_file())
