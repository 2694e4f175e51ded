"""Charts: quick to paint, no peak lost, a round upper edge."""

from __future__ import annotations

import inspect
import random
import time
from collections.abc import Callable
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter
from pytestqt.qtbot import QtBot

from app.theme.look import Look
from app.widgets.charts import Figure, LineChart, ceiling, chart_card, condensed
from tests.pace import quickest

VALUES = st.lists(st.floats(0, 1e9), min_size=2, max_size=300)


@pytest.mark.alone
@pytest.mark.criterion("desktop-9")
def test_ten_thousand_jagged_samples_paint_at_once(qtbot: QtBot, look: Look, figure: Callable[[str], None]) -> None:
    chart = LineChart(look, "Traffic", keep=10_000)
    qtbot.addWidget(chart)
    chart.resize(420, 180)
    noise = random.Random(7)
    chart.fill([noise.random() * 100 for _ in range(10_000)])
    painted: list[float] = []
    chart._show = lambda value: (painted.append(value), str(value))[1]  # type: ignore[func-returns-value]
    with qtbot.waitExposed(chart):
        chart.show()
    painted.clear()
    took = quickest(chart.repaint, 0.004, tries=100, clock=time.thread_time)
    figure(f"{took * 1000:.1f} ms")
    assert painted  # what is not in sight would cost nothing
    assert took <= 0.004


def test_the_scale_of_large_numbers_is_not_cut(qtbot: QtBot, look: Look) -> None:
    small, large = LineChart(look, "Answer"), LineChart(look, "Answer", show=lambda value: f"{value:,.0f} milliseconds")
    for chart in (small, large):
        qtbot.addWidget(chart)
        chart.resize(420, 180)
        chart.fill([0.0, 2_000_000.0])
    words = large.fontMetrics().horizontalAdvance("2,000,000 milliseconds")
    assert inked(large, 0, words // 2) > 0
    assert inked(large, 0, 1) == 0
    assert inked(small, 0, 1) == 0


def inked(chart: LineChart, left: int, right: int) -> int:
    """Return how many pixels between two columns are painted over the ground."""
    image = chart.grab().toImage()
    ground = image.pixelColor(0, 0)
    return sum(image.pixelColor(x, y) != ground for x in range(left, right) for y in range(image.height()))


@given(VALUES, st.integers(2, 50))
def test_what_is_condensed_keeps_its_highest_peak_or_lowest_dip(values: list[float], columns: int) -> None:
    found = condensed(values, columns)
    assert len(found) <= max(columns, min(len(values), columns))
    assert set(found) <= set(values)


def test_one_peak_among_ten_thousand_is_seen() -> None:
    assert max(condensed([1.0] * 4321 + [99.0] + [1.0] * 5678, 200)) == 99.0


@given(st.floats(0, 1e12))
def test_the_upper_edge_is_at_or_above_the_highest(highest: float) -> None:
    assert ceiling(highest) >= highest


def test_numbers_and_charts_say_what_they_show_to_a_screen_reader(qtbot: QtBot, look: Look) -> None:
    number, chart = Figure("Queue"), LineChart(look, "Waiting")
    card = chart_card("Waiting", chart, (("all", 0),), look)
    qtbot.addWidget(number)
    qtbot.addWidget(card)
    number.show_number("12", "due")
    chart.add(5)
    assert (number.accessibleName(), number.accessibleDescription(), chart.accessibleDescription()) == ("Queue", "12 due", "5")


def test_a_chart_has_done_painting_when_it_says_so_whoever_keeps_its_frame(qtbot: QtBot, look: Look) -> None:
    kept: list[FrameType] = []

    class Watched(LineChart):
        def _paint(self, painter: QPainter) -> None:
            kept.append(inspect.currentframe().f_back)  # type: ignore[union-attr, arg-type] # as a stack that is written down does
            super()._paint(painter)

    chart = Watched(look, "Requests")
    qtbot.addWidget(chart)
    chart.fill([1, 2, 3])
    chart.grab()
    assert kept
    assert not any(frame.f_locals["painter"].isActive() for frame in kept)


def test_a_figure_leads_by_mouse_and_by_keyboard_to_where_it_comes_from(qtbot: QtBot) -> None:
    figure, went = Figure("Queue"), list[str]()
    figure.lead(lambda: went.append("webhooks"))
    qtbot.addWidget(figure)
    figure.show()
    qtbot.mouseClick(figure, Qt.MouseButton.LeftButton)
    qtbot.keyClick(figure, Qt.Key.Key_Return)
    assert went == ["webhooks", "webhooks"]
    assert figure.focusPolicy() & Qt.FocusPolicy.TabFocus
