"""Deliverability: what receivers say of a tenant's mail added up, and everything that holds mail back."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.client.api import Row
from app.models.columns import Column, moment
from app.models.remote_table import filled_with
from app.pages.context import Context
from app.pages.mail_figures import BLOCKLISTS, FEEDBACK, MailFigures, share
from app.pages.reports import KINDS, REPORTS
from app.pages.specs import Custom, PageSpec
from app.pages.streams import STREAMS, THROTTLES, WARMUPS
from app.pages.suppressions import SUPPRESSIONS
from app.system import locales
from app.system.languages import tr
from app.system.locales import number
from app.widgets.charts import Figure, LineChart, chart_card
from app.widgets.empty import Empty
from app.widgets.table import Table
from app.widgets.text import clear, column, frame, row

PATH: Final = "/email/reports/summary"
FIGURES: Final = ("Messages judged", "Passed", "Failed", "Reports")
SOURCES: Final = (
    Column("source", "Source", 200, "code"),
    Column("passed", "Passed", 90, "number"),
    Column("failed", "Failed", 90, "number"),
    Column("dispositions", "What became of them", 220, "json"),
)


class Summary(QWidget):
    """Reports added up: figures, days, and who sends in the tenant's name."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.figures = {title: Figure(tr(title)) for title in FIGURES}
        self.days = LineChart(context.look, tr("By day"), colours=(0, 4))
        self.kind = QComboBox()
        self.kind.setAccessibleName(tr("Kind"))
        for value, words in KINDS.items():
            self.kind.addItem(tr(words), value)
        self.kind.currentIndexChanged.connect(lambda _: self.enter())
        self.domain = QLineEdit()
        self.domain.setPlaceholderText(tr("Domain"))
        self.domain.setAccessibleName(tr("Domain"))
        self.domain.setMaximumWidth(240)
        self.domain.editingFinished.connect(self.enter)
        self.sources = column()
        chart = chart_card(tr("By day"), self.days, ((tr("Passed"), 0), (tr("Failed"), 4)), context.look)
        card = frame("card", column(self.sources, margins=(1, 1, 1, 1)))
        parts = column(row(self.kind, self.domain, None), row(*self.figures.values(), spacing=16), chart, card, spacing=16)
        parts.setStretch(2, 1)
        parts.setStretch(3, 1)
        self.setLayout(parts)

    def enter(self) -> None:
        """Read the figures."""
        api, query = self.context.api, {"kind": self.kind.currentData(), "domain": self.domain.text().strip()}
        self.context.jobs.run(lambda cancellation: api.get(PATH, query, cancellation), self.show_summary, self.context.complain, self)

    def show_summary(self, found: Row) -> None:
        """Show a summary."""
        passed, failed = found["passed"], found["failed"]
        judged = passed + failed
        self.figures["Messages judged"].show_number(number(judged), tr("by receivers"))
        self.figures["Passed"].show_number(share(passed, judged), number(passed))
        self.figures["Failed"].show_number(share(failed, judged), number(failed))
        self.figures["Reports"].show_number(number(found["reports"]), ", ".join(found["reporters"]))
        self.days.span = (_day(found["days"][0]), _day(found["days"][-1])) if found["days"] else ("", "")
        self.days.fill([day["passed"] for day in found["days"]], [day["failed"] for day in found["days"]])
        model = filled_with(SOURCES, found["sources"])
        table = Table(self.context.look, model, [one.width for one in SOURCES], tr("Source"))
        model.setParent(table)
        clear(self.sources)
        self.sources.addWidget(table if found["sources"] else self._nobody())

    def _nobody(self) -> Empty:
        found = Empty(self.context.look, "inbox")
        found.say(tr("No report named a sender yet. Receivers send reports by mail, once a day."))
        return found


def _day(row: Row) -> str:
    then = moment(str(row["day"]))
    return locales.day(then) if then else str(row["day"])


PAGE: Final = PageSpec(
    "deliverability",
    "Deliverability",
    "chart",
    "Traffic",
    "What receivers think of this tenant's mail, and what holds it back.",
    (
        Custom("How mail fares", MailFigures, inside=True),
        FEEDBACK,
        STREAMS,
        THROTTLES,
        WARMUPS,
        SUPPRESSIONS,
        BLOCKLISTS,
        Custom("DMARC and TLS", Summary, inside=True),
        REPORTS,
    ),
)
