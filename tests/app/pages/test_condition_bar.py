"""The conditions above a list: a chip for each, which is edited and taken away, by mouse and by keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from app.pages.condition_bar import LONGEST, ConditionBar
from app.pages.conditions import subjects
from app.pages.records import CONTACTS
from app.system.arrangements import Condition
from app.theme.look import Look
from tests.app.pages.test_declared import declared
from tests.app.widgets.test_picker import WHOLE, Held

FIELDS = [declared("note", label="Note"), declared("paid", "boolean", label="Paid")]
NOTE, PAID = Condition("custom.note", "contains", "due"), Condition("custom.paid", "is", "true")


class Changes(list[int]):
    """Counts how often something else held."""

    def __call__(self) -> None:
        self.append(1)


@pytest.fixture
def changes() -> Changes:
    return Changes()


@pytest.fixture
def bar(qtbot: QtBot, look: Look, changes: Changes) -> ConditionBar:
    found = ConditionBar(look, (), changes, lambda _path: Held())
    qtbot.addWidget(found)
    found.offer(subjects(CONTACTS, FIELDS))
    found.show()
    return found


def texts(bar: ConditionBar) -> list[str]:
    return [chip.findChildren(QPushButton)[0].text() for chip in bar.chips]


def put(bar: ConditionBar, condition: Condition) -> None:
    """Enter a condition as somebody does."""
    bar.add.click()
    fill(bar, condition)


def fill(bar: ConditionBar, condition: Condition) -> None:
    editor = bar.editor
    editor.field.setCurrentIndex(editor.field.findData(condition.field))
    editor.way.setCurrentIndex(editor.way.findData(condition.way))
    editor.line.setText(condition.value)
    editor.choice.setCurrentIndex(editor.choice.findData(condition.value))
    editor.apply.click()


def test_several_conditions_hold_together_and_each_can_be_taken_away(bar: ConditionBar, changes: Changes) -> None:
    assert (bar.chosen(), bar.words.isVisible()) == ([], False)
    for one in (NOTE, PAID, NOTE):
        put(bar, one)
    assert texts(bar) == ["Note contains due", "Paid is Yes"]
    assert [wanted.query for wanted, _ in bar.chosen()] == ["filter[and][0][custom.note][ilike]", "filter[and][1][custom.paid][eq]"]
    bar.words.setCurrentIndex(1)
    assert bar.chosen()[0][0].query == "filter[or][0][custom.note][ilike]"
    bar.chips[0].findChildren(QToolButton)[0].click()
    assert (texts(bar), bar.conditions, bar.words.isVisible()) == (["Paid is Yes"], (PAID,), False)
    bar.clear()
    assert (texts(bar), bar.conditions) == ([], ())
    assert len(changes) == 5


def test_a_chip_is_edited_in_its_place(bar: ConditionBar) -> None:
    for one in (NOTE, PAID):
        put(bar, one)
    bar.chips[0].findChildren(QPushButton)[0].click()
    assert bar.editor.condition() == NOTE
    assert not bar.add.isVisible()
    fill(bar, Condition("custom.note", "is", "paid"))
    assert texts(bar) == ["Note is paid", "Paid is Yes"]


def test_enter_takes_a_condition_and_escape_leaves_it(qtbot: QtBot, bar: ConditionBar, changes: Changes) -> None:
    bar.add.click()
    bar.editor.field.setCurrentIndex(bar.editor.field.findData("email"))
    qtbot.keyClicks(bar.editor.line, "ada")
    qtbot.keyClick(bar.editor.line, Qt.Key.Key_Return)
    assert texts(bar) == ["E-mail contains ada"]
    bar.add.click()
    qtbot.keyClick(bar.editor.line, Qt.Key.Key_Escape)
    assert (bar.editor.isVisible(), bar.add.isVisible(), len(changes)) == (False, True, 1)


def test_conditions_wait_for_their_fields(qtbot: QtBot, look: Look) -> None:
    bar = ConditionBar(look, (NOTE, Condition("email", "contains", "@")), lambda: None, lambda _path: Held())
    qtbot.addWidget(bar)
    assert (bar.chosen(), bar.add.isEnabled()) == ([], False)
    bar.offer(subjects(CONTACTS, ()))
    assert texts(bar) == ["E-mail contains @"]
    bar.clear()
    bar.offer(subjects(CONTACTS, FIELDS))
    assert texts(bar) == ["Note contains due"]


def test_a_long_value_is_read_whole_when_the_mouse_rests_on_it(qtbot: QtBot, look: Look) -> None:
    bar = ConditionBar(look, (Condition("email", "is", "x" * 300),), lambda: None, lambda _path: Held())
    qtbot.addWidget(bar)
    bar.offer(subjects(CONTACTS, ()))
    (words,) = bar.chips[0].findChildren(QPushButton)
    assert (len(words.text()), words.toolTip()) == (LONGEST, f"E-mail is {'x' * 300}")


def test_a_thing_that_was_picked_is_told_by_its_name_once_that_is_known(qtbot: QtBot, look: Look) -> None:
    users = Held()
    bar = ConditionBar(look, (Condition("owner_id", "this", WHOLE),), lambda: None, {"/users": users}.__getitem__)
    qtbot.addWidget(bar)
    bar.offer(subjects(CONTACTS, ()))
    assert texts(bar) == [f"Belongs to is {WHOLE}"]
    users.names[0][1]("Ada Berg")
    assert texts(bar) == ["Belongs to is Ada Berg"]
    assert len(users.names) == 1


def test_a_thing_of_one_tenant_is_asked_for_in_that_one_alone(qtbot: QtBot, look: Look) -> None:
    bar = ConditionBar(look, (), lambda: None, lambda _path: Held())
    qtbot.addWidget(bar)
    bar.offer(subjects(CONTACTS, ()), "ten_1 live")
    bar.editor._done(Condition("owner_id", "this", WHOLE))
    put(bar, Condition("email", "contains", "@"))
    assert len(bar.chosen()) == 2
    bar.offer(subjects(CONTACTS, ()), "ten_2 live")
    assert texts(bar) == ["E-mail contains @"]
    bar.offer(subjects(CONTACTS, ()), "ten_1 live")
    assert len(bar.chosen()) == 2
