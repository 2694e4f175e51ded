"""A mark in the system's tray, where there is one: whether the appliance answers, and the way back to the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QMenu, QSystemTrayIcon

from app.system.languages import tr
from app.theme.look import Look


class Tray:
    """The mark."""

    def __init__(self, window: QMainWindow, look: Look, name: str) -> None:
        self._window = window
        self._look = look
        self._name = name
        self.icon = QSystemTrayIcon(look.mark(), window)
        self.menu = QMenu(window)
        self.menu.aboutToShow.connect(self.speak)
        self.icon.setContextMenu(self.menu)
        self.speak()
        self.icon.setToolTip(name)
        self.icon.activated.connect(lambda _: self.show_window())
        if QSystemTrayIcon.isSystemTrayAvailable():
            self.icon.show()

    def speak(self) -> None:
        """Say in the language of now what can be done now."""
        self.menu.clear()
        if self._window.isVisible() and not self._window.isMinimized():
            self.menu.addAction(tr("Hide"), self._window.hide)
        else:
            self.menu.addAction(tr("Open"), self.show_window)
        self.menu.addAction(tr("Quit"), self._window.close)

    def tell(self, *, connected: bool) -> None:
        """Show whether the appliance answers, and say so once when it stops to."""
        self.icon.setIcon(self._look.mark() if connected else self._look.icon("alert", "danger"))
        if not connected and self.icon.isVisible():
            self.icon.showMessage(self._name, tr("The appliance does not answer."))

    def show_window(self) -> None:
        """Bring the window to the front, from the tray and from the task bar."""
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()
