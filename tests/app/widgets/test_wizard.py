"""A wizard: it says which step it is, asks before one is left forwards, and goes back without asking."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.widgets.wizard import Wizard


def test_a_step_is_left_when_whoever_made_it_says_so(qtbot: QtBot) -> None:
    wizard, wanted = Wizard(None, "Import", (("File", QLineEdit()), ("Columns", QLineEdit()))), list[int]()
    qtbot.addWidget(wizard)
    wizard.wanted.connect(wanted.append)
    wizard.show()
    assert (wizard.stage.text(), wizard.back.isVisible(), wizard.act.text()) == ("Step 1 of 2: File", False, "Next")
    wizard.act.click()
    assert (wanted, wizard.step, wizard.act.isEnabled()) == ([0], 0, False)
    wizard.show_step(1, "Import now")
    assert (wizard.stage.text(), wizard.act.text(), wizard.act.isEnabled()) == ("Step 2 of 2: Columns", "Import now", True)
    wizard.say("This cannot be read.")
    wizard.back.click()
    assert (wizard.step, wizard.fault.text(), wizard.act.text()) == (0, "", "Next")
