"""A JSON document as a tree whose branches are made when they are opened, so that a large one shows at once.

What has many parts shows them in groups of a thousand: a tree on the screen asks about every branch that is open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt

from app.system.languages import tr

Index = QModelIndex | QPersistentModelIndex
GROUP: Final = 1000
LONGEST: Final = 2000  # characters of one value; the raw text has them all
_NOWHERE: Final = QModelIndex()


@dataclass(slots=True, eq=False)
class _Node:
    name: str
    value: Any
    parent: _Node | None
    place: int
    # Where the first part of a group lies in the whole.
    first: int = 0
    children: list[_Node] | None = field(default=None)

    def opened(self) -> list[_Node]:
        if self.children is None:
            self.children = [_Node(name, inner, self, place, first) for place, (name, inner, first) in enumerate(_parts(self.value, self.first))]
        return self.children


def _parts(value: Any, first: int) -> Iterator[tuple[str, Any, int]]:
    """Yield what a value consists of, or groups of it: a name, what it is, and where it begins."""
    if not isinstance(value, Mapping | list):
        return
    many = len(value)
    if many > GROUP:
        size = GROUP if many <= GROUP * GROUP else GROUP * GROUP
        for start in range(0, many, size):
            part = dict(islice(value.items(), start, start + size)) if isinstance(value, Mapping) else value[start : start + size]
            yield f"{first + start} … {first + start + len(part) - 1}", part, first + start
        return
    named = value.items() if isinstance(value, Mapping) else enumerate(value, first)
    yield from ((str(name), inner, 0) for name, inner in named)


class JsonTree(QAbstractItemModel):
    """Names and values of a document."""

    def __init__(self, document: Any) -> None:
        super().__init__()
        self._root = _Node("", document, None, 0)

    def index(self, row: int, column: int, parent: Index = _NOWHERE) -> QModelIndex:
        """Return where something is."""
        children = self._node(parent).opened()
        return self.createIndex(row, column, children[row]) if 0 <= row < len(children) else QModelIndex()

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        """Return what something is in."""
        outer = self._node(index).parent
        return QModelIndex() if outer is None or outer is self._root else self.createIndex(outer.place, 0, outer)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return how many things are in one."""
        return 0 if parent.column() > 0 else len(self._node(parent).opened())

    def hasChildren(self, parent: Index = _NOWHERE) -> bool:
        """Tell whether there is something in it, without making it."""
        value = self._node(parent).value
        return isinstance(value, Mapping | list) and bool(value)

    def columnCount(self, parent: Index = _NOWHERE) -> int:  # noqa: ARG002 - the same everywhere
        """Return two: name and value."""
        return 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a name or a value."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        node = self._node(index)
        return node.name if index.column() == 0 else shown(node.value)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's label."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return tr("Value") if section else tr("Name")
        return None

    def _node(self, index: Index) -> _Node:
        return index.internalPointer() if index.isValid() else self._root


def shown(value: Any) -> str:
    """Return a value in one line; what has an inside says how much."""
    if isinstance(value, Mapping):
        return f"{{{len(value)}}}"
    if isinstance(value, list):
        return f"[{len(value)}]"
    words = {None: "null", True: "true", False: "false"}
    return words[value] if value is None or isinstance(value, bool) else str(value)[:LONGEST]
