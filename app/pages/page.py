"""The frame around one or several views: a title, what the page is for, its main button; a view is built when it is first looked at."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QTabBar, QToolButton, QWidget

from app.pages.context import Context
from app.pages.list_view import ListWidget
from app.pages.specs import Custom, ListView, PageSpec
from app.system.languages import tr
from app.theme.wardrobe import dress
from app.widgets.text import column, label, row


class Page(QWidget):
    """One page on the screen."""

    def __init__(self, spec: PageSpec, context: Context) -> None:
        super().__init__()
        dress(self)
        self.setObjectName("page")
        self.setAccessibleName(tr(spec.label))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.spec = spec
        self.context = context
        self._views: dict[int, QWidget] = {}
        self._bar = QTabBar()
        self._bar.setAccessibleName(tr(spec.label))
        self._bar.setDrawBase(False)
        self._bar.setExpanding(False)
        for view in spec.views:
            self._bar.addTab(tr(view.label))
        self._bar.setVisible(len(spec.views) > 1)
        self.button = QPushButton()
        self.button.setProperty("role", "primary")
        self.button.clicked.connect(self.make)
        self._refresh, self.columns = _picking(tr("Refresh")), _picking(tr("Columns"))
        self._refresh.clicked.connect(self.enter)
        self.columns.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        context.look.changed.connect(self._paint)
        self._paint()
        self._place = column(spacing=0)
        head = column(label(tr(spec.label), "title"), label(tr(spec.about), "muted", wrap=True), spacing=2)
        top = row(head, self.columns, self._refresh, self.button)
        top.setStretch(0, 1)
        self.setLayout(column(top, self._bar, self._place, margins=(28, 20, 28, 24), spacing=12))
        self._bar.currentChanged.connect(lambda _: self.enter())

    def _paint(self) -> None:
        for button, drawing in ((self._refresh, "refresh"), (self.columns, "columns")):
            button.setIcon(self.context.look.icon(drawing))

    @property
    def view(self) -> QWidget:
        """The view that is looked at."""
        place = max(0, self._bar.currentIndex())
        if place not in self._views:
            self._build(place)
        return self._views[place]

    @property
    def built(self) -> list[QWidget]:
        """The views that are there already."""
        return list(self._views.values())

    def prepare(self, *, whole: bool) -> bool:
        """Build a view that was not looked at yet, of the whole page or only its first; False when there is none."""
        left = [place for place in range(len(self.spec.views) if whole else 1) if place not in self._views]
        for place in left[:1]:
            self._build(place)
            # The style sheet is the costliest part of coming into sight.
            for widget in self._views[place].findChildren(QWidget):
                widget.ensurePolished()
        return bool(left)

    def _build(self, place: int) -> None:
        found = self._views[place] = self._built(self.spec.views[place])
        found.hide()
        self._place.addWidget(found, 1)

    def _built(self, view: ListView | Custom) -> QWidget:
        return view.build(self.context) if isinstance(view, Custom) else ListWidget(view, self.context)

    def enter(self) -> None:
        """Begin to show, or show afresh."""
        shown = self.view
        for widget in self._views.values():
            widget.setVisible(widget is shown)
        create = shown.spec.create if isinstance(shown, ListWidget) else None
        self.columns.setVisible(isinstance(shown, ListWidget))
        if isinstance(shown, ListWidget):
            self.columns.setMenu(shown.arranging.menu)
        self.button.setVisible(create is not None)
        if create:
            self.button.setText(tr(create.label))
        _say(shown, "enter")

    def leave(self) -> None:
        """Show no longer."""
        for widget in self._views.values():
            _say(widget, "leave")

    def make(self) -> None:
        """Do what the main button does."""
        if isinstance(self.view, ListWidget):
            self.view.make()

    def go_to_filters(self) -> None:
        """Go to the first filter."""
        if isinstance(self.view, ListWidget):
            self.view.go_to_filters()

    def next_view(self) -> None:
        """Look at the view after this one."""
        self.choose((self._bar.currentIndex() + 1) % max(1, self._bar.count()))

    def choose(self, place: int) -> None:
        """Look at another view."""
        self._bar.setCurrentIndex(place)

    def open_thing(self, thing: str) -> None:
        """Open one thing, in the first view that knows such things."""
        kind = thing.split("_", maxsplit=1)[0]
        for place, view in enumerate(self.spec.views):
            if isinstance(view, ListView) and view.object == kind:
                self.choose(place)
                break
        if isinstance(self.view, ListWidget):
            self.view.open_thing(thing)


def _picking(name: str) -> QToolButton:
    button = QToolButton()
    button.setProperty("role", "pick")
    button.setAccessibleName(name)
    button.setToolTip(name)
    button.setIconSize(QSize(16, 16))
    return button


def _say(widget: QWidget, what: str) -> None:
    said = getattr(widget, what, None)
    if said:
        said()
