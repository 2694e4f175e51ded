"""The sheet about a certificate that nobody vouches for: its fingerprint, how to compare it, and what it was before."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from app.client import trust
from app.system.languages import tr
from app.widgets.dialogs import Dialog
from app.widgets.text import label


class TrustDialog(Dialog):
    """Trusts a certificate. One that took the place of a trusted one has to be typed: its last eight digits, from the server's own screen."""

    def __init__(self, parent: QWidget, url: str, seen: str, pinned: str = "") -> None:
        title = tr("The certificate has changed") if pinned else tr("Is this the right appliance?")
        about = (
            tr("{url} shows another certificate than the one you trusted. Somebody may be in between. Ask whoever runs it before you go on.", url=url)
            if pinned
            else tr(
                "{url} shows a certificate that no public authority vouches for. Compare it with what the appliance printed when it started.",
                url=url,
            )
        )
        super().__init__(parent, title, about, act=tr("Trust it"), danger=bool(pinned), width=560)
        self._seen = trust.grouped(seen)
        self.body.addWidget(label(tr("SHA-256 now"), "caption"))
        self.body.addWidget(self._code(self._seen))
        self.line = QLineEdit()
        if pinned:
            self.body.addWidget(label(tr("SHA-256 before"), "caption"))
            self.body.addWidget(self._code(trust.grouped(pinned)))
            words = label(tr("Type the last eight digits of the new fingerprint."), "caption")
            words.setBuddy(self.line)
            self.line.setAccessibleName(words.text())
            self.body.addWidget(words)
            self.body.addWidget(self.line)
            self.line.textChanged.connect(self._judge)
            self._judge("")

    def _code(self, fingerprint: str) -> QWidget:
        middle = len(fingerprint) // 2 + 1
        return label(f"{fingerprint[:middle]}\n{fingerprint[middle:]}", "code", selectable=True)

    def _judge(self, typed: str) -> None:
        self.act.setEnabled(typed.replace(":", "").strip().upper() == self._seen.replace(":", "")[-8:])
