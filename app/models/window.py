"""A window on a list that lives on the server: cursors of all pages, rows of the last few dozen.

A page that was dropped is read again by its cursor when somebody scrolls back, so a million rows cost what a few thousand cost.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, Generic, TypeVar

KEPT_PAGES: Final = 40
T = TypeVar("T")


class Window(Generic[T]):
    """Rows by their place. All pages but the last have the same size."""

    def __init__(self, kept: int = KEPT_PAGES) -> None:
        self._kept = kept
        self._pages: OrderedDict[int, Sequence[T]] = OrderedDict()
        self._size = 0
        # Where each page begins to be read; the last entry is the page that has not been read yet.
        self.cursors: list[str | None] = [None]
        self.count = 0
        self.complete = False

    def put(self, page: int, rows: Sequence[T], cursor: str | None) -> int:
        """Keep a page and where the next one begins; return how many rows are new."""
        before = self.count
        if page == len(self.cursors) - 1 and not self.complete:
            self._size = self._size or len(rows)
            self.count += len(rows)
            self.complete = cursor is None
            if cursor is not None:
                self.cursors.append(cursor)
        self._pages[page] = rows
        self._pages.move_to_end(page)
        while len(self._pages) > self._kept:
            self._pages.popitem(last=False)
        return self.count - before

    def row(self, place: int) -> T | None:
        """Return a row; None while its page has to be read (again)."""
        page = self.page_of(place)
        rows = self._pages.get(page)
        if rows is None:
            return None
        self._pages.move_to_end(page)
        inside = place - page * self._size
        return rows[inside] if inside < len(rows) else None

    def page_of(self, place: int) -> int:
        """Return which page a row lies on."""
        return place // self._size if self._size else 0

    def span(self, page: int) -> range:
        """Return the places of a page's rows."""
        return range(page * self._size, min((page + 1) * self._size, self.count))

    @property
    def next_page(self) -> int:
        """The first page that has never been read."""
        return len(self.cursors) - 1
