"""Uploads a document: which file, and what is said of it; it goes in parts, so that a large one is followed and can be stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from app.client.api import Row
from app.client.errors import ClientError
from app.pages.blaming import blame
from app.pages.context import Context
from app.pages.moving import MovingPanel
from app.pages.requests import sent
from app.system.languages import tr
from app.widgets.dialogs import FormDialog
from app.widgets.fields import Field
from app.widgets.form import Form

FILE: Final = Field("file", "File", "file", required=True)
ABOUT: Final = (
    Field("name", "Name", help="Empty: as the file is called."),
    Field("folder", "Folder", placeholder="Offers"),
    Field("description", "Description"),
)


class UploadDialog(FormDialog):
    """The window, for a new document or, with a row, its new content; `changed` is told when the file has arrived."""

    def __init__(self, context: Context, row: Row, changed: Callable[[], None]) -> None:
        known = row.get("object") == "document"
        form = Form((FILE,) if known else (FILE, *ABOUT))
        title = f"{tr('New content')}: {row.get('name')}" if known else tr("Upload a document")
        super().__init__(context.window, title, form, act=tr("Upload"))
        self._context = context
        self._changed = changed
        self._about = {"document_id": row["id"]} if known else {}
        self.panel = MovingPanel(context)
        self.body.addWidget(self.panel.bar)
        self.body.addWidget(self.panel.words)
        self.panel.bar.hide()
        self.submitted.connect(self._send)

    def _send(self, document: dict[str, Any]) -> None:
        api, about = self._context.api, self._about
        self.panel.bar.show()
        self.leave.setText(tr("Stop"))
        self.form.setEnabled(False)
        self.panel.start(lambda cancellation, progress: sent(api, document, about, cancellation, progress), self._arrived, self._fail)

    def _arrived(self, _: Row) -> None:
        self.accept()
        self._context.toasts.say(tr("Document kept"))
        self._changed()

    def _fail(self, error: ClientError) -> None:
        self._context.failed(error)
        self.panel.bar.hide()
        self.panel.words.setText("")
        self.leave.setText(tr("Cancel"))
        self.form.setEnabled(True)
        blame(self.form, self.say, error, "document.")

    def reject(self) -> None:
        """Stop what is under way, and leave."""
        self.panel.stop()
        super().reject()
