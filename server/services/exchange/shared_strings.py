"""The strings of a workbook, held on disk when they are many, so that a million different names do not fill the memory."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING, Any, overload
from xml.etree.ElementTree import Element, iterparse

from openpyxl.cell.text import Text
from openpyxl.xml.constants import SHEET_MAIN_NS

from server.services.exchange.limits import KIB

if TYPE_CHECKING:
    from collections.abc import Iterator

ITEM = f"{{{SHEET_MAIN_NS}}}si"
BLOCK = 8 * KIB
TEXT = f"{{{SHEET_MAIN_NS}}}t"


def parse_strings(source: IO[bytes]) -> Iterator[str]:
    """Yield the strings of a `sharedStrings.xml` in order; of formatted ones the bare text."""
    root: Element | None = None
    for event, node in iterparse(source, events=("start", "end")):  # noqa: S314 - as above
        if root is None:
            root = node
        if event == "end" and node.tag == ITEM:
            yield _text_of(node)
            root.clear()


def _text_of(node: Any) -> str:
    if len(node) == 1 and node[0].tag == TEXT:  # all but formatted ones, and ten times as fast
        return (node[0].text or "").replace("x005F_", "")
    text = Text.from_tree(node)
    return text.content.replace("x005F_", "") if text else ""


class SpilledStrings(Sequence[str]):
    """Strings in a temporary file, with their positions (8 bytes each) in memory."""

    def __init__(self, strings: Iterator[str]) -> None:
        """Write them all; the file has no name and vanishes with this object."""
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the object
        self.ends = array("Q", [0])
        self.begins, self.block = 0, b""  # what was read last, and where it lies in the file
        for text in strings:
            self.ends.append(self.ends[-1] + self.file.write(text.encode("utf-8", "surrogatepass")))

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.ends) - 1

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        """Return one string; slices are read one by one."""
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        start, end = self.ends[index], self.ends[index + 1]
        if not self.begins <= start <= end <= self.begins + len(self.block):
            # Strings stand in the order in which the cells first use them, so the next ones come along.
            self.file.seek(start)
            self.begins, self.block = start, self.file.read(max(end - start, BLOCK))
        return self.block[start - self.begins : end - self.begins].decode("utf-8", "surrogatepass")

    def close(self) -> None:
        """Give the disk space back."""
        self.file.close()
