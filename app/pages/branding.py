"""The name, colours and links that people of this appliance see, with what they look like beside them."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtWidgets import QPushButton, QWidget

from app.client.api import Call, Row
from app.client.errors import ClientError
from app.pages.context import Context
from app.pages.refusals import details_of, faults_of
from app.system.languages import tr
from app.theme.contrast import ENOUGH, contrast
from app.widgets.fields import Field
from app.widgets.form import Form
from app.widgets.text import column, frame, label, row, scrolling

PATH: Final = "/admin/v1/branding"
FIELDS: Final = (
    Field("name", "Name", placeholder="Example Hosting"),
    Field("colours.primary", "Main colour", "code", placeholder="#1f6feb"),
    Field("colours.on_primary", "Words on it", "code", placeholder="#ffffff"),
    Field("colours.accent", "Accent", "code", placeholder="#0f766e"),
    Field("logo_url", "Logo", placeholder="https://example.com/logo.svg"),
    Field("links", "Links", "pairs", placeholder="Support: https://example.com/support", help="One 'name: address' on each line."),
)


class Branding(QWidget):
    """The view."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.form = Form(FIELDS)
        self.form.setObjectName("flow")
        self.save = QPushButton(tr("Save branding"))
        self.save.setProperty("role", "primary")
        self.save.clicked.connect(self._save)
        self.sample = label("", "heading")
        self.judgement = label("", "caption", wrap=True)
        area = scrolling(self.form)
        left = frame("card", column(area, row(None, self.save), margins=(20, 16, 20, 16)))
        right = frame("card", column(label(tr("How it looks"), "caption"), self.sample, self.judgement, None, margins=(20, 16, 20, 16)))
        right.setFixedWidth(320)
        self.setLayout(row(left, right, spacing=12))

    def enter(self) -> None:
        """Read what is in force."""
        api = self.context.api
        self.context.jobs.run(lambda cancellation: api.get(PATH, cancellation=cancellation), self.show_branding, self.context.complain, self)

    def show_branding(self, found: Row) -> None:
        """Show a branding, and whether its words can be read."""
        self.form.fill(found)
        primary, words = found["colours"]["primary"], found["colours"]["on_primary"]
        self.sample.setText(found["name"])
        self.sample.setStyleSheet(f"background: {primary}; color: {words}; border-radius: 8px; padding: 22px; font-size: 18px;")
        ratio = contrast(primary, words)
        enough = tr("enough") if ratio >= ENOUGH else tr("too little: people with weak eyes cannot read it")
        self.judgement.setText(tr("Contrast {ratio} to 1: {enough}.", ratio=f"{ratio:.1f}", enough=enough))

    def _save(self) -> None:
        document = self.form.document()
        if document is None:
            return
        call = Call("PUT", PATH, body={name: value for name, value in document.items() if value})
        api = self.context.api
        self.context.jobs.run(lambda cancellation: api.ask(call, cancellation), self._kept, self._refused, self)

    def _kept(self, found: Any) -> None:
        self.show_branding(found)
        self.context.toasts.say(tr("Branding saved"))

    def _refused(self, error: ClientError) -> None:
        self.form.blame(faults_of(error), details_of(error))
        self.context.complain(error)
