"""The tree of a document: what it shows, and that a large one opens at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from app.models.json_tree import LONGEST, JsonTree, shown
from tests.pace import quickest

DOCUMENT = {"name": "Ada", "tags": ["a", "b"], "address": {"city": "Berlin"}, "done": True, "gone": None}


def test_names_and_values_lie_where_the_document_has_them(qapp: QApplication) -> None:
    model = JsonTree(DOCUMENT)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    rows = [(model.index(row, 0).data(), model.index(row, 1).data()) for row in range(model.rowCount())]
    assert rows == [("name", "Ada"), ("tags", "[2]"), ("address", "{1}"), ("done", "true"), ("gone", "null")]
    city = model.index(0, 1, model.index(2, 0))
    assert (city.data(), model.parent(city).data()) == ("Berlin", "address")
    assert model.headerData(0, Qt.Orientation.Horizontal) == "Name"
    tester.deleteLater()


@pytest.mark.criterion("desktop-7")
def test_a_document_of_ten_megabytes_opens_at_once(qapp: QApplication, figure: Callable[[str], None]) -> None:
    large = {"rows": [{"id": place, "text": "x" * 80} for place in range(100_000)]}

    def opened() -> None:
        model = JsonTree(large)
        assert model.hasChildren(model.index(0, 0))
        assert model.rowCount(QModelIndex()) == 1

    took = quickest(opened, 0.05)
    figure(f"{took * 1000:.1f} ms to the first branch")
    assert took < 0.05


@pytest.mark.criterion("desktop-7")
@pytest.mark.parametrize("many", [1_000, 1_001, 2_500, 1_000_001])
def test_what_has_many_parts_shows_them_in_groups_and_every_part_is_in_one(qapp: QApplication, many: int) -> None:
    model = JsonTree(list(range(many)))
    rows = model.rowCount()
    assert rows <= 1000
    place, value = model.index(rows - 1, 0), str(many - 1)
    while model.hasChildren(place):
        place = model.index(model.rowCount(place) - 1, 0, place)
    assert (place.data(), place.siblingAtColumn(1).data()) == (value, value)


def test_many_names_lie_in_groups_too(qapp: QApplication) -> None:
    model = JsonTree({f"name {place}": place for place in range(1500)})
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == ["0 … 999", "1000 … 1499"]
    assert model.index(0, 0, model.index(1, 0)).data() == "name 1000"


def test_a_value_beyond_measure_is_cut() -> None:
    assert len(shown("x" * 10_000)) == LONGEST
