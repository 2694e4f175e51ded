"""One act on everything that a filter finds: first counted, then done item by item, with a report that says what became of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from app.client.api import Api, Call, Row, filled
from app.client.cancellation import Cancellation
from app.client.errors import Cancelled, ClientError, Refused

CAP = 10_000


@dataclass(frozen=True, slots=True)
class Selection:
    """What a filter finds; `more` when there are rows beyond the cap."""

    rows: Sequence[Row]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done to each row. One `run` names all of its requests, so that what is sent again after silence happens once."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    run: str = field(default_factory=lambda: str(uuid4()))

    def call(self, row: Row) -> Call:
        """Return the request for a row."""
        headers = {"Idempotency-Key": f"{self.run}-{row['id']}"} if self.method in {"POST", "PATCH"} else {}
        return Call(self.method, filled(self.path, row), body=dict(self.body) if self.body else None, headers=headers)


@dataclass(slots=True)
class Report:
    """What became of each row: done, refused with the reason, or left; `silence` says why the rest was left, empty when it was stopped."""

    done: list[Row] = field(default_factory=list)
    refused: list[tuple[Row, str]] = field(default_factory=list)
    left: list[Row] = field(default_factory=list)
    silence: str = ""

    def take(self, other: Report) -> None:
        """Add what became of the rows that were left."""
        self.done += other.done
        self.refused += other.refused
        self.left, self.silence = other.left, other.silence


def select(api: Api, path: str, query: Mapping[str, str], fits: Callable[[Row], bool], cancellation: Cancellation, cap: int = CAP) -> Selection:
    """Return every row that a filter finds and the act fits: the dry run."""
    rows: list[Row] = []
    cursor: str | None = None
    while len(rows) < cap:
        page = api.page(path, query, cursor, cancellation=cancellation)
        rows += [row for row in page.rows if fits(row)]
        cursor = page.cursor
        if cursor is None:
            return Selection(rows)
    return Selection(rows[:cap], more=True)


def carry_out(api: Api, deed: Deed, rows: Sequence[Row], progress: Callable[[int], None], cancellation: Cancellation) -> Report:
    """Do it to each row. A refusal is noted and the others go on; when nobody answers any more, or it was stopped, the rest is left."""
    report = Report()
    for place, row in enumerate(rows):
        try:
            api.ask(deed.call(row), cancellation)
            report.done.append(row)
        except Refused as error:
            report.refused.append((row, str(error)))
        except ClientError as error:
            report.left = list(rows[place:])
            report.silence = "" if isinstance(error, Cancelled) else str(error)
            return report
        progress(place + 1)
    return report
