"""The second factor's windows: the secret as people type it, and codes that are gone with their window."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.shell.second_factor import RecoveryCodes, grouped
from app.shell.window import Window


def test_a_secret_is_read_in_groups_of_four() -> None:
    assert grouped("JBSWY3DPEHPK3P") == "JBSW Y3DP EHPK 3P"


def test_codes_are_left_only_by_saying_that_they_are_stored(qtbot: QtBot, console: Window) -> None:
    assert console.workspace is not None
    dialog = RecoveryCodes(console.workspace.context, ["abcd-efgh", "ijkl-mnop"])
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.reject()
    assert dialog.isVisible()
    assert not dialog.act.isEnabled()
    dialog.stored.setChecked(True)
    dialog.act.click()
    assert not dialog.isVisible()
    assert dialog.text.toPlainText() == ""
