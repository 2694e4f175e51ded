"""How a tenant's mail fares: figures and charts by day, and by stream, provider or domain with the reasons of what did not arrive."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtWidgets import QComboBox, QWidget

from app.client.api import Api, Row
from app.client.cancellation import Cancellation
from app.models.columns import Column
from app.models.remote_table import filled_with
from app.pages.context import Context
from app.pages.specs import Document, Filter, ListView
from app.system import locales
from app.system.languages import tr
from app.system.locales import number
from app.widgets.charts import Figure, LineChart, chart_card
from app.widgets.empty import Empty
from app.widgets.table import Table
from app.widgets.text import clear, column, frame, row

PATH: Final = "/email/stats"
BY: Final = {"provider": "Provider", "stream": "Stream", "domain": "Domain"}
DAYS: Final = {7: "7 days", 30: "30 days", 90: "90 days"}
FIGURES: Final = ("Sent", "Delivered", "Bounced", "Complained")
GROUPS: Final = (
    Column("key", "Of", 190, "code"),
    Column("sent", "Sent", 80, "number"),
    Column("delivered", "Delivered", 90, "number"),
    Column("deferred", "Deferred", 90, "number"),
    Column("bounced", "Bounced", 90, "number"),
    Column("complained", "Complained", 100, "number"),
    Column("reasons", "Because", 320),
)


class MailFigures(QWidget):
    """The view."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.figures = {title: Figure(tr(title)) for title in FIGURES}
        self.fared = LineChart(context.look, tr("Delivered and bounced by day"), colours=(0, 4))
        self.unwanted = LineChart(context.look, tr("Complaints by day"), colours=(4,))
        self.by, self.days = QComboBox(), QComboBox()
        for choice, words, name in ((self.by, BY, tr("Grouped by")), (self.days, DAYS, tr("Period"))):
            choice.setAccessibleName(name)
            for value, label in words.items():
                choice.addItem(tr(label), value)
            choice.currentIndexChanged.connect(lambda _: self.enter())
        self.groups = column()
        look, legend = context.look, ((tr("Delivered"), 0), (tr("Bounced"), 4))
        charts = row(
            chart_card(tr("Delivered and bounced by day"), self.fared, legend, look), chart_card(tr("Complaints by day"), self.unwanted), spacing=12
        )
        card = frame("card", column(self.groups, margins=(1, 1, 1, 1)))
        parts = column(row(self.days, self.by, None), row(*self.figures.values(), spacing=12), charts, card, spacing=12)
        parts.setStretch(2, 1)
        parts.setStretch(3, 1)
        self.setLayout(parts)

    def enter(self) -> None:
        """Read the figures."""
        api, by, days = self.context.api, self.by.currentData(), self.days.currentData()
        self.context.jobs.run(lambda cancellation: read(api, by, days, cancellation), self.show_figures, self.context.complain, self)

    def show_figures(self, found: tuple[Row, Row]) -> None:
        """Show how mail fared by day and by group."""
        days, groups = found
        total = days["total"]
        tried = total["delivered"] + total["bounced"]
        self.figures["Sent"].show_number(locales.number(total["sent"]), tr("handed over"))
        self.figures["Delivered"].show_number(share(total["delivered"], tried), locales.number(total["delivered"]))
        self.figures["Bounced"].show_number(share(total["bounced"], tried), locales.number(total["bounced"]))
        self.figures["Complained"].show_number(share(total["complained"], total["delivered"]), locales.number(total["complained"]))
        self.fared.fill(*([day[name] for day in days["groups"]] for name in ("delivered", "bounced")))
        self.unwanted.fill([day["complained"] for day in days["groups"]])
        model = filled_with(GROUPS, [{**one, "id": one["key"], "reasons": reasons(one)} for one in groups["groups"]])
        table = Table(self.context.look, model, [one.width for one in GROUPS], tr("Grouped by"))
        model.setParent(table)
        clear(self.groups)
        self.groups.addWidget(table if groups["groups"] else self._nothing())

    def _nothing(self) -> Empty:
        found = Empty(self.context.look, "mail")
        found.say(tr("No message was sent yet."))
        return found


def read(api: Api, by: str, days: int, cancellation: Cancellation) -> tuple[Row, Row]:
    """Return how mail fared by day, and by group."""
    return tuple(api.get(PATH, {"by": group, "days": days}, cancellation) for group in ("day", by))  # type: ignore[return-value] # two of two


def share(part: int, whole: int) -> str:
    """Return a part in hundredths; nothing of nothing is a dash."""
    return locales.share(part / whole, 2) if whole else "—"


def reasons(group: dict[str, Any]) -> str:
    """Return why mail did not arrive, the most frequent reason first."""
    counted: dict[str, int] = {}
    for found in group["reasons"].values():
        for name, count in found.items():
            counted[name] = counted.get(name, 0) + count
    return ", ".join(f"{name.replace('_', ' ')} {number(count)}" for name, count in sorted(counted.items(), key=lambda one: -one[1]))


HEARD: Final = {
    "email.bounced": "Bounces",
    "email.complained": "Complaints",
    "email.unsubscribed": "Unsubscribed",
    "email.delivered": "Delivered",
    "email.opened": "Opened",
    "email.clicked": "Clicked",
}
FEEDBACK: Final = ListView(
    label="Bounces and complaints",
    path="/events",
    name="data.record.recipient",
    columns=(
        Column("timestamp", "At", 150, "clock"),
        Column("data.record.recipient", "Recipient", 220),
        Column("data.record.reason", "Because", 150, "badge"),
        Column("data.record.code", "Answer", 80, "number"),
        Column("data.record.reply", "Reply", 320),
        Column("data.record.subject", "Subject", 200),
        Column("data.record.stream", "Stream", 100),
    ),
    filters=(Filter("type", "What", HEARD, default="email.bounced"),),
    facts=(
        Column("data.record.recipient", "Recipient", kind="code"),
        Column("data.record.reason", "Because", kind="badge"),
        Column("data.record.code", "Answer", kind="code"),
        Column("data.record.reply", "Reply", kind="code"),
        Column("data.record.from", "From"),
        Column("data.record.subject", "Subject"),
        Column("data.record.stream", "Stream"),
        Column("data.record.id", "Message", kind="code"),
        Column("timestamp", "At", kind="time"),
    ),
    tabs=(Document("Record", "data.record"), Document("Everything")),
    empty="Nothing came back: no recipient was refused and nobody complained.",
    live=True,
)

BLOCKLISTS: Final = ListView(
    label="Blocklists",
    path="/admin/v1/blocklists",
    name="subject",
    columns=(
        Column("subject", "Address", 160, "code"),
        Column("zone", "Blocklist", 220, "code"),
        Column("state", "State", 100, "badge", tones={"listed": "danger", "clear": "ok", "unknown": "warning"}),
        Column("detail", "Because", 320),
        Column("changed_at", "Since", 120, "time"),
        Column("checked_at", "Checked", 120, "time"),
    ),
    empty="No address was looked up yet: name those that mail leaves from in the setting domains.source_addresses.",
)
