"""The sandbox of a tenant's test keys: its clock put forward, its records removed or begun anew. It is the same one whichever mode is looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from PySide6.QtWidgets import QPushButton, QWidget

from app.client.api import Row
from app.models.columns import Column
from app.pages.acting import Acting
from app.pages.context import Context
from app.pages.facts import Facts
from app.pages.specs import Action, Count, Danger
from app.system.languages import tr
from app.widgets.fields import Field
from app.widgets.text import column, label, row

STATES: Final = {"right": "on time", "ahead": "ahead"}
FACTS: Final = (
    Column("clock", "Clock", kind="badge", tones={"right": "ok", "ahead": "warning"}, words=STATES),
    Column("now", "It shows", kind="time"),
)
ABOUT: Final = (
    "A test key sees the sandbox alone: nothing that it does touches what is live, and no mail leaves.",
    "Put the clock forward, and webhooks are tried again and limits' windows end without waiting. Records keep the real time.",
    "Begin anew when tests need a known state: the clock is set right, keys and webhooks stay.",
)
SPANS: Final = {"1 hour": 3600, "1 day": 86_400, "1 week": 604_800}


def _forward(words: str, **more: Any) -> Action:
    return Action("clock", words, "/sandbox/clock", done="The clock was put forward", **more)


FORWARD: Final = (
    *(_forward(words, body={"advance_seconds": seconds}) for words, seconds in SPANS.items()),
    _forward(
        "Another span…",
        fields=(Field("advance_seconds", "Seconds", "number", required=True, default=900),),
        about="It only goes forward; beginning anew sets it right.",
    ),
)


def _anew(label: str, says: str, seed: str) -> Action:
    counts = tuple(Count(name, f"/{name}") for name in ("contacts", "companies", "deals"))
    return Action("reset", label, "/sandbox/reset", body={"seed": seed}, danger=Danger(says, counts), job=True)


ANEW: Final = (
    _anew("Empty it…", "Every record of the sandbox is removed for good; the live ones are not touched.", "empty"),
    _anew(
        "Fill it anew…",
        "Every record of the sandbox is removed for good, and the demo's records take their place; the live ones are not touched.",
        "demo",
    ),
)


class Sandbox(QWidget):
    """The view."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._inside = replace(context)  # the same console, placed in the sandbox
        self.acting = Acting(self._inside, self.enter)
        self.facts = _Clock(self._inside, "/sandbox", FACTS, "What it is for", ABOUT)
        self.buttons = {action.label: self._button(action) for action in (*FORWARD, *ANEW)}
        forward, anew = ([self.buttons[action.label] for action in actions] for actions in (FORWARD, ANEW))
        self.setLayout(column(row(label(tr("Put the clock forward"), "caption"), *forward, None, *anew), self.facts, spacing=12))

    def _button(self, action: Action) -> QPushButton:
        button = QPushButton(tr(action.label))
        button.clicked.connect(lambda: self.acting.start(action, name=tr("Sandbox")))
        return button

    def enter(self) -> None:
        """Read how far its clock is ahead."""
        self._inside.api = self._context.api.inside(self._context.api.place.tenant_id, "test")
        self.facts.enter()

    def leave(self) -> None:
        """Carry out what still could be taken back."""
        self.acting.flush()


class _Clock(Facts):
    # Zero seconds are a clock that is right.
    def show_facts(self, found: Row) -> None:
        super().show_facts({**found, "clock": "ahead" if found["ahead_seconds"] else "right"})
