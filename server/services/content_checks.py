"""Checking that every content that a row promises is there and unchanged, for whoever examines the appliance.

Everything is looked for, on the disk; a store elsewhere is asked for a sample only. A sample is read and compared with its digest.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from server.domain.errors import Missing
from server.services import storages
from server.store import contents
from server.store.contents import INFECTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.store.contents import Content

SAMPLE: Final = 50
MOST_READ: Final = 256 * 2**20
_BATCH: Final = 500


@dataclass(slots=True)
class Checked:
    """What was found; `broken` names the records whose content is missing or is another one."""

    count: int = 0
    bytes: int = 0
    looked_at: int = 0
    read: int = 0
    broken: list[str] = field(default_factory=list)


def check(whole: bool) -> Checked:  # noqa: FBT001 - the one thing there is to say
    """Look for all contents, or for a sample, and read a sample. Raises Later when the storage is away."""
    found = Checked(*contents.totals())
    sample: list[Content] = []
    for number, content in enumerate(promised()):
        # Each has the same chance to be in the sample, however many there are.
        place = number if number < SAMPLE else random.randrange(number + 1)  # noqa: S311 - nothing secret hangs on it
        if place < SAMPLE:
            sample[place : place + 1] = [content]
        if whole:
            _look(content, found)
    left = MOST_READ
    for content in sample:
        if not whole:
            _look(content, found)
        if content.size <= left and content.record_id not in found.broken:
            left -= content.size
            _read(content, found)
    return found


def promised() -> Iterator[Content]:
    """Yield the contents whose files have to be there."""
    last = ""
    while batch := contents.walk(last, _BATCH):
        yield from (content for content in batch if content.scan != INFECTED)  # their files are gone, as they should be
        last = batch[-1].id


def _look(content: Content, found: Checked) -> None:
    found.looked_at += 1
    if storages.storage().size(content.name) != content.size:
        found.broken.append(content.record_id)


def _read(content: Content, found: Checked) -> None:
    digest = hashlib.sha256()
    try:
        for piece in storages.storage().pieces(content.name, 0, content.size):
            digest.update(piece)
    except Missing:
        return  # removed since it was looked for
    found.read += 1
    if digest.hexdigest() != content.sha256:
        found.broken.append(content.record_id)
