"""One act on everything that a filter finds: first counted, then done item by item, with a report that says what became of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
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


@dataclass(slots=True)
class Report:
    """What became of each item: those that were done, and those that were not with the reason."""

    done: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    left: int = 0


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


def carry_out(api: Api, method: str, path: str, rows: Sequence[Row], progress: Callable[[int], None], cancellation: Cancellation) -> Report:
    """Do it to each row. A refusal is noted and the others go on; when nobody answers any more, or it was stopped, the rest is left."""
    report = Report()
    for place, row in enumerate(rows):
        name = str(row["id"])
        headers = {"Idempotency-Key": str(uuid4())} if method in {"POST", "PATCH"} else {}
        try:
            api.ask(Call(method, filled(path, row), headers=headers), cancellation)
            report.done.append(name)
        except Refused as error:
            report.failed[name] = str(error)
        except Cancelled:
            report.left = len(rows) - place
            return report
        except ClientError as error:
            report.failed[name] = str(error)
            report.left = len(rows) - place - 1
            return report
        progress(place + 1)
    return report
