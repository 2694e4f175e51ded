"""The files of imports in the data folder: what came in, and what was refused of it; a folder per tenant, two files per import.

files/imports/arriving/…                 uploads on their way; those of a killed process are pruned
files/imports/<tenant>/<import>.source   the table as it came
files/imports/<tenant>/<import>.refused  the refused rows, as far as the import has come
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from server.services.job_folders import folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def arriving() -> Path:
    """Return the folder for uploads on their way; it is made when needed."""
    return folder("imports", "arriving")


def source(tenant_id: str, import_id: str) -> Path:
    """Return where the table of an import lies."""
    return folder("imports", tenant_id) / f"{import_id}.source"


def refused(tenant_id: str, import_id: str) -> Path:
    """Return where the refused rows of an import lie."""
    return folder("imports", tenant_id) / f"{import_id}.refused"


@contextmanager
def kept(tenant_id: str, import_id: str) -> Iterator[None]:
    """Keep the table of an import unless what is inside fails: then there is no import that it belongs to."""
    try:
        yield
    except BaseException:
        source(tenant_id, import_id).unlink(missing_ok=True)
        raise
