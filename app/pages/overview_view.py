"""The overview on the screen: what needs a look, six numbers and four live charts, read twice a second at most and only while it is shown."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QGridLayout, QWidget

from app.client.api import Row
from app.client.errors import ClientError
from app.models.columns import ago, word
from app.pages import overview
from app.pages.context import Context
from app.pages.mail_figures import share
from app.pages.overview import Rates, Reading
from app.pages.specs import Custom, PageSpec
from app.system.heard import heard
from app.system.languages import tr
from app.system.locales import number
from app.widgets.charts import Figure, LineChart, chart_card
from app.widgets.text import clear, column, frame, label, pill, row, scrolling, set_tone

INTERVAL_MS: Final = 2000
_TONES: Final = {"ok": "ok", "warning": "warning", "failing": "danger", "off": "calm"}

# Where each number comes from: a page, and one of its views.
LEADS: Final = {
    "Requests a second": ("logs", 0),
    "Mean answer": ("logs", 0),
    "Queue": ("webhooks", 1),
    "Oldest due": ("webhooks", 1),
    "Dead letters": ("webhooks", 2),
    "Mail delivered": ("deliverability", 0),
}


class Overview(QWidget):
    """The page."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self._before: Reading | None = None
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.read_now)
        self.figures = {title: Figure(tr(title)) for title in overview.FIGURES}
        for title, (page, view) in LEADS.items():
            self.figures[title].lead(partial(context.look_at, page, view))
        look = context.look
        self.traffic = LineChart(look, tr("Requests a second"), show=_rate, colours=(0, 4))
        self.answers = LineChart(look, tr("Mean answer"), show=lambda value: f"{number(value)} ms")
        self.deliveries = LineChart(look, tr("Delivery attempts a second"), show=_rate, colours=(0, 4))
        self.queue = LineChart(look, tr("Deliveries waiting"))
        for chart in (self.traffic, self.answers, self.deliveries, self.queue):
            chart.span = (ago(datetime.now(UTC) - timedelta(milliseconds=chart.keep * INTERVAL_MS)), tr("now"))
        self._parts = column(spacing=12)
        self._state = pill(tr("reading…"))
        self._build()

    def _build(self) -> None:
        charts = QGridLayout()
        charts.setSpacing(16)
        charts.setColumnStretch(0, 1)
        charts.setColumnStretch(1, 1)
        look, failed = self.context.look, tr("failed")
        charts.addWidget(chart_card(tr("Requests a second"), self.traffic, ((tr("all"), 0), (failed, 4)), look), 0, 0)
        charts.addWidget(chart_card(tr("Mean answer"), self.answers), 0, 1)
        charts.addWidget(chart_card(tr("Delivery attempts a second"), self.deliveries, ((tr("all"), 0), (failed, 4)), look), 1, 0)
        charts.addWidget(chart_card(tr("Deliveries waiting"), self.queue), 1, 1)
        side = frame("card", column(row(label(tr("Parts"), "heading"), None, self._state), self._parts, None, margins=(16, 12, 16, 12), spacing=12))
        side.setFixedWidth(300)
        flow = QWidget()
        flow.setObjectName("flow")
        whole = column(row(*self.figures.values(), spacing=16), row(column(charts), side, spacing=16), spacing=16)
        whole.setStretch(1, 1)  # the charts take the room that is left, not the figures
        flow.setLayout(whole)
        self.setLayout(column(scrolling(flow)))

    def enter(self) -> None:
        """Begin to read."""
        self.read_now()
        self._timer.start()

    def leave(self) -> None:
        """Read no longer."""
        self._timer.stop()
        self.context.jobs.cancel(self)

    def read_now(self) -> None:
        """Read once."""
        api = self.context.api
        self.context.jobs.run(lambda cancellation: overview.read(api, time.monotonic(), cancellation), self._show, self._fail, self)

    def _show(self, found: tuple[Row, Reading, Row | None]) -> None:
        health, reading, mail = found
        if self._before:
            self.show_numbers(reading, overview.rates(self._before, reading))
        self._before = reading
        self._show_parts(health)
        if mail:
            bounced, tried = mail["bounced"], mail["delivered"] + mail["bounced"]
            self.figures["Mail delivered"].show_number(share(mail["delivered"], tried), tr("{count} bounced today", count=number(bounced)))

    def show_numbers(self, reading: Reading, rates: Rates) -> None:
        """Show one reading and what happened since the one before."""
        self.traffic.add(rates.requests, rates.failures)
        self.answers.add(rates.milliseconds)
        self.deliveries.add(rates.attempts, rates.failed_attempts)
        self.queue.add(reading.queue)
        show = self.figures
        show["Requests a second"].show_number(number(rates.requests, 1), tr("{count} failed", count=number(rates.failures, 1)))
        show["Mean answer"].show_number(f"{number(rates.milliseconds, 1)} ms")
        show["Queue"].show_number(number(reading.queue), tr("due and not yet sent"))
        show["Oldest due"].show_number(f"{number(reading.oldest_seconds)} s", tr("longest wait"))
        show["Dead letters"].show_number(number(reading.dead), tr("{count} held", count=number(reading.held)))

    def _show_parts(self, health: Row) -> None:
        state = str(health["state"])
        self._state.setText(tr(overview.STATES.get(state, state)))
        set_tone(self._state, _TONES.get(state, "danger"))
        clear(self._parts)
        for part in overview.components(health):
            name = label(tr(overview.PARTS.get(part["name"], part["name"])))
            mark = pill(word(part["state"]), _TONES.get(part["state"], "danger"))
            box = QWidget()
            box.setLayout(column(row(name, None, mark), label(heard(part["detail"]), "caption", wrap=True), spacing=2))
            self._parts.addWidget(box)

    def _fail(self, error: ClientError) -> None:
        self.context.failed(error)


def _rate(value: float) -> str:
    return number(value, 1 if value < 10 and not float(value).is_integer() else 0)


PAGE: Final = PageSpec("overview", "Overview", "gauge", "", "How the whole appliance is, now.", (Custom("Now", Overview),))
