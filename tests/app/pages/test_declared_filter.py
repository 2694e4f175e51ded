"""The filter by a custom field: hidden without any, a line or a choice by its type, and no filter before something is chosen."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.pages.declared_filter import DeclaredFilter
from tests.app.pages.test_declared import declared

FIELDS = [declared("note", label="Note"), declared("paid", "boolean", label="Paid")]


def test_what_is_chosen_and_typed_is_the_filter(qtbot: QtBot) -> None:
    changes: list[int] = []
    field = DeclaredFilter(lambda: changes.append(1), 1)
    qtbot.addWidget(field)
    assert field.isHidden()
    field.offer(FIELDS)
    assert field.chosen() == []
    field.field.setCurrentIndex(1)
    field.line.setText(" due ")
    qtbot.waitUntil(lambda: len(changes) == 2)
    assert [(wanted.query, value) for wanted, value in field.chosen()] == [("filter[custom.note][ilike]", "due")]
    field.field.setCurrentIndex(2)
    field.choice.setCurrentIndex(1)
    assert [(wanted.query, value) for wanted, value in field.chosen()] == [("filter[custom.paid][eq]", "true")]
    field.clear()
    assert field.chosen() == []


def test_the_same_fields_keep_the_filter_and_others_end_it(qtbot: QtBot) -> None:
    field = DeclaredFilter(lambda: None, 1)
    qtbot.addWidget(field)
    field.offer(FIELDS)
    field.field.setCurrentIndex(2)
    field.offer(list(FIELDS))
    assert field.field.currentIndex() == 2
    field.offer([])
    assert (field.chosen(), field.isHidden()) == ([], True)
