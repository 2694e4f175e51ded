"""A field that refers to a thing of another list: one types to search for it, chooses by its name, and what is kept is its id.

What is typed and not chosen is never taken for a choice; a whole id that is typed is one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol, runtime_checkable

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.client.references import ID, Choice
from app.system.languages import tr
from app.theme import fonts
from app.widgets.fields import Field

TYPING_MS: Final = 150
LINE_PIXELS: Final = 44
SHOWN: Final = 6  # lines that stand below the field before it scrolls
DETAIL: Final = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex


class Finder(Protocol):
    """Who looks for things, off the thread that draws."""

    def find(self, text: str, found: Callable[[Sequence[Choice]], None], failed: Callable[[str], None]) -> None:
        """Look for things that are called so."""

    def name(self, value: str, found: Callable[[str], None]) -> None:
        """Find out what a thing is called."""


@runtime_checkable
class Searching(Protocol):
    """An editor that has things looked for."""

    def serve(self, finder: Finder) -> None:
        """Look for things by this finder from now on."""


class Choices(QAbstractListModel):
    """What can be chosen, or one sentence that says why nothing can."""

    def __init__(self) -> None:
        super().__init__()
        self.choices: Sequence[Choice] = ()
        self.says = ""

    def put(self, choices: Sequence[Choice], says: str = "") -> None:
        """Offer these; the sentence stands where there are none."""
        self.beginResetModel()
        self.choices, self.says = tuple(choices), says
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return how many lines there are."""
        return 0 if parent and parent.isValid() else len(self.choices) or int(bool(self.says))

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the words of a line, and its second line."""
        one = self.choices[index.row()] if self.choices else Choice("", self.says)
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole}:
            return one.words
        return one.detail if role == DETAIL else None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Let only things be chosen, not the sentence."""
        return super().flags(index) if self.choices else Qt.ItemFlag.NoItemFlags


class TwoLines(QStyledItemDelegate):
    """Paints what a thing is called, and below it what tells it from its like."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint one line."""
        painter.save()
        painter.setLayoutDirection(option.direction)
        chosen = bool(option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver)) and bool(index.flags())
        if chosen:
            painter.fillRect(option.rect, option.palette.color(QPalette.ColorRole.Midlight))
        words, detail = str(index.data()), str(index.data(DETAIL) or "")
        room = option.rect.adjusted(10, 4, -10, -4)
        upper = room.adjusted(0, 0, 0, -room.height() // 2) if detail else room
        self._write(painter, upper, words, option.palette.color(QPalette.ColorRole.Text if index.flags() else QPalette.ColorRole.PlaceholderText))
        if detail:
            painter.setFont(fonts.sized(12))
            self._write(painter, room.adjusted(0, room.height() // 2, 0, 0), detail, option.palette.color(QPalette.ColorRole.PlaceholderText))
        painter.restore()

    @staticmethod
    def _write(painter: QPainter, room: Any, words: str, colour: Any) -> None:
        painter.setPen(colour)
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, shown)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: ARG002
        """Return the one height of all lines."""
        return QSize(0, LINE_PIXELS)


class PickerLine(QLineEdit):
    """The line one types in; it opens what can be chosen when it is clicked, or left downwards."""

    def __init__(self, opens: Callable[[], None], left: Callable[[], None]) -> None:
        super().__init__()
        self._opens, self._left = opens, left

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open."""
        super().mousePressEvent(event)
        self._opens()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open where somebody goes down."""
        if event.key() == Qt.Key.Key_Down:
            self._opens()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that it was left, unless for its own list."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._left()


class PickerEditor:
    """The editor: its value is the id of what was chosen."""

    def __init__(self, wanted: Field) -> None:
        self.widget = PickerLine(self.open, self._leave)
        self.widget.setClearButtonEnabled(True)
        self.widget.setPlaceholderText(tr(wanted.placeholder) or tr("Type to search"))
        self.choices = Choices()
        self.popup = QListView()
        self.popup.setProperty("role", "choices")
        self.popup.setMouseTracking(True)
        self.completer = QCompleter(self.choices, self.widget)
        self.completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.completer.setMaxVisibleItems(SHOWN)
        self.completer.setPopup(self.popup)
        self.popup.setItemDelegate(TwoLines(self.popup))
        self.completer.setWidget(self.widget)
        self.completer.activated.connect(lambda _: self.take(self.popup.currentIndex().row()))
        self._typing = QTimer(self.widget, interval=TYPING_MS, singleShot=True)
        self._typing.timeout.connect(self._ask)
        self.widget.textEdited.connect(self._typed)
        self._finder: Finder | None = None
        self._chosen: Choice | None = None

    # What the form wants.

    def serve(self, finder: Finder) -> None:
        """Look for things by this finder from now on."""
        self._finder = finder
        self._name()

    def value(self) -> Any:
        """Return the id of what was chosen, or typed as a whole. Raises ValueError for words that name nothing."""
        text = self.widget.text().strip()
        if self._chosen and text == self._chosen.words:
            return self._chosen.value
        if text and not ID.fullmatch(text):
            raise ValueError(tr("Choose one of those that were found."))
        return text or None

    def show(self, value: Any) -> None:
        """Show a thing by its id, and by its name once that is known."""
        self._keep(Choice(str(value), str(value)) if value else None)
        self._name()

    # What a person does.

    def open(self) -> None:
        """Show what there is to choose from: what came last while nothing is typed, or what is chosen already."""
        if not self.popup.isVisible():
            self._typing.stop()
            self._ask()

    def take(self, place: int) -> None:
        """Choose a line."""
        if place < len(self.choices.choices):
            self._keep(self.choices.choices[place])

    def _typed(self) -> None:
        self._offer((), tr("Searching…"))
        self._typing.start()

    def _leave(self) -> None:
        self._typing.stop()
        text = self.widget.text().strip()
        if ID.fullmatch(text) and not (self._chosen and self._chosen.words == text):
            self.show(text)

    def _ask(self) -> None:
        """Have things looked for; only the answer to what stands there is shown."""
        text = self.widget.text().strip()
        asked = "" if self._chosen and text == self._chosen.words else text

        def found(choices: Sequence[Choice]) -> None:
            if self.widget.text().strip() == text:
                self._offer(choices, tr("Nothing was found."))

        if self._finder:
            self._offer((), tr("Searching…"))
            self._finder.find(asked, found, lambda says: self._offer((), says))

    def _offer(self, choices: Sequence[Choice], says: str) -> None:
        self.choices.put(choices, says)
        if self.widget.isVisible() and self.widget.hasFocus():
            self.completer.complete()
            if choices:
                self.popup.setCurrentIndex(self.choices.index(0))

    def _name(self) -> None:
        one = self._chosen
        if not one or not self._finder or one.words != one.value:
            return

        def found(words: str) -> None:
            if self._chosen is one and self.widget.text() == one.words:
                self._keep(Choice(one.value, words or one.value))

        self._finder.name(one.value, found)

    def _keep(self, one: Choice | None) -> None:
        self._chosen = one
        self.widget.setText(one.words if one else "")
        self.widget.setCursorPosition(0)
        self.widget.setToolTip(one.value if one and one.value != one.words else "")
