"""The bar: which tenant and mode one acts in, the way to the palette, whether the appliance answers, and who is signed in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QMenu, QToolButton

from app.client.api import Row
from app.shell.connecting import Session
from app.system.languages import tr
from app.theme.contrast import contrast
from app.theme.look import Look
from app.theme.wardrobe import dress
from app.widgets.text import pill, row, set_tone


class Bar(QFrame):
    """The bar; `placed` carries tenant and mode when the user chose another."""

    placed = Signal(str, str)

    def __init__(self, look: Look, session: Session, palette: Callable[[], object], menu: QMenu) -> None:
        super().__init__()
        dress(self)
        self.setObjectName("bar")
        self._look = look
        self.tenants = QComboBox()
        self.tenants.setMinimumWidth(190)
        self.tenants.setAccessibleName(tr("Tenant"))
        self.tenants.setToolTip(tr("The tenant whose things are shown"))
        self.modes = QComboBox()
        self.modes.setAccessibleName(tr("Mode"))
        for mode, words in (("live", tr("Live")), ("test", tr("Sandbox"))):
            self.modes.addItem(words, mode)
        self.search = self._button("search", tr("Search or do…  Ctrl+K"), palette)
        self.search.setProperty("role", "seek")
        self.state = pill(tr("Connected"), "ok")
        self.user = self._button("user", str((session.me.get("user") or {}).get("email") or tr("Operator key")), None)
        self.user.setMenu(menu)
        self.user.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.badge = pill(session.profile.name)
        shade = session.profile.shade
        words = "#ffffff" if contrast(shade, "#ffffff") >= contrast(shade, "#101010") else "#101010"
        self.badge.setStyleSheet(f"background: {shade}; color: {words}; border-radius: 9px; padding: 2px 10px; font-weight: 600; font-size: 12px;")
        self.badge.setToolTip(session.profile.url)
        self.setLayout(row(self.tenants, self.modes, 4, self.search, None, self.state, self.badge, self.user, margins=(28, 8, 20, 8)))
        self.tenants.currentIndexChanged.connect(lambda _: self._place())
        self.modes.currentIndexChanged.connect(lambda _: self._place())
        look.changed.connect(self._paint)

    def _button(self, icon: str, text: str, act: Callable[[], object] | None) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "pick")
        button.setProperty("drawing", icon)
        button.setIcon(self._look.icon(icon))
        button.setText(text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        if act:
            button.clicked.connect(act)
        return button

    def offer(self, tenants: Sequence[Row], chosen: str) -> None:
        """Offer the tenants there are."""
        self.tenants.blockSignals(True)  # noqa: FBT003 - Qt's own
        self.tenants.clear()
        for tenant in tenants:
            self.tenants.addItem(str(tenant["name"]), str(tenant["id"]))
        self.tenants.setCurrentIndex(max(0, self.tenants.findData(chosen)))
        self.tenants.blockSignals(False)  # noqa: FBT003 - Qt's own

    def names(self) -> list[tuple[int, str]]:
        """Return the places and names of the tenants."""
        return [(place, self.tenants.itemText(place)) for place in range(self.tenants.count())]

    def knows(self, tenant: str) -> bool:
        """Tell whether a tenant is among those that are offered."""
        return self.tenants.findData(tenant) >= 0

    def enter(self, tenant: str) -> None:
        """Go into a tenant by its id, which stands for its name where that is not known."""
        if not self.knows(tenant):
            self.tenants.addItem(tenant, tenant)
        self.tenants.setCurrentIndex(self.tenants.findData(tenant))

    def choose(self, place: int) -> None:
        """Choose a tenant."""
        self.tenants.setCurrentIndex(place)

    @property
    def place(self) -> tuple[str, str]:
        """The chosen tenant's id, empty when there is none, and the mode."""
        return str(self.tenants.currentData() or ""), str(self.modes.currentData())

    def tell(self, *, connected: bool) -> None:
        """Show whether the appliance answers."""
        self.state.setText(tr("Connected") if connected else tr("Not reachable"))
        set_tone(self.state, "ok" if connected else "danger")

    def _place(self) -> None:
        self.placed.emit(*self.place)

    def _paint(self) -> None:
        for button in (self.search, self.user):
            button.setIcon(self._look.icon(str(button.property("drawing"))))
