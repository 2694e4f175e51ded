"""Documents on a real appliance: uploaded with what is said of them, pictured, deleted and brought back; what cannot be read is said at the field."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.main.demonstration import Demonstration
from app.pages.list_view import ListWidget
from app.pages.upload_dialog import UploadDialog
from app.shell.window import Window
from app.widgets.dialogs import ConfirmDialog
from tests.app.stage import settled


def documents(qtbot: QtBot, console: Window) -> ListWidget:
    assert console.workspace is not None
    console.workspace.go("documents")
    settled(qtbot, console.jobs)
    view = console.workspace.page("documents").view
    assert isinstance(view, ListWidget)
    return view


def test_a_picture_is_uploaded_shown_deleted_and_brought_back(qtbot: QtBot, console: Window, demonstration: Demonstration, tmp_path: Path) -> None:
    view, picture = documents(qtbot, console), QImage(64, 40, QImage.Format.Format_RGB32)
    picture.fill(QColor("#1f5fd6"))
    picture.save(str(tmp_path / "logo.png"))
    view.make()
    dialog = console.findChildren(UploadDialog)[-1]
    dialog.form.fill({"file": str(tmp_path / "logo.png"), "folder": "Brand"})
    dialog.act.click()
    settled(qtbot, console.jobs)
    row = view.listing.model.rows()[0]
    assert (row["name"], row["folder"], row["content"]["size"]) == ("logo.png", "Brand", (tmp_path / "logo.png").stat().st_size)
    view.details.show(row)
    settled(qtbot, console.jobs)
    shown = next(label for label in view.drawer.findChildren(QLabel) if label.accessibleName() == "Picture")
    assert (shown.pixmap().width(), shown.pixmap().height()) == (64, 40)
    acts = {action.key: action for action in view.spec.actions}
    view.act(acts["delete"], row)
    settled(qtbot, console.jobs)
    console.findChildren(ConfirmDialog)[-1].accept()
    settled(qtbot, console.jobs)
    api = demonstration.api.inside(demonstration.tenant_id)
    (gone,) = api.page("/documents", {"filter[deleted][eq]": "true"}).rows
    assert (acts["restore"].fits(gone), acts["delete"].fits(gone)) == (True, False)
    view.act(acts["restore"], gone)
    settled(qtbot, console.jobs)
    assert api.get(f"/documents/{row['id']}")["name"] == "logo.png"


def test_a_file_that_is_empty_or_not_there_is_said_at_its_field(qtbot: QtBot, console: Window, tmp_path: Path) -> None:
    assert console.workspace is not None
    dialog = UploadDialog(console.workspace.context, {}, lambda: None)
    qtbot.addWidget(dialog)
    (tmp_path / "empty.txt").touch()
    for name, words in (("empty.txt", "it is empty"), ("none.txt", "No such file")):
        dialog.form.fill({"file": str(tmp_path / name)})
        dialog.act.click()
        settled(qtbot, console.jobs)
        assert words in dialog.form._faults["file"].text()
        assert dialog.act.isEnabled()
