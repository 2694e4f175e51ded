"""Columns as data: where in a row a value lies and how it is shown. A page declares them; a table's model makes cells of them once per row."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from app.client.references import ACTORS, home_of
from app.models.failures import failure
from app.system import locales
from app.system.amounts import size
from app.system.heard import heard
from app.system.languages import tr

NOTHING: Final = "—"
NAMED: Final = "·named"  # beside the members of a row: what ids in it stand for, by the key of their column
# Words that states are called by, and how they are felt; a column may add its own.
TONES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("active", "ok", "delivered", "succeeded", "done", "won", "paid", "fulfilled", "closed", "live", "verified", "completed"), "ok"),
    **dict.fromkeys(("pending", "warning", "held", "running", "invited", "half_open", "open", "paused", "test", "deferred", "parked"), "warning"),
    **dict.fromkeys(("failed", "failing", "dead", "suspended", "disabled", "error", "lost", "overdue", "refused", "critical"), "danger"),
    "quarantined": "danger",
}


# What a star means among scopes, or types of event.
ALL: Final[Mapping[str, str]] = {"*": "Everything"}
# Words that are written in capitals in every language.
ACRONYMS: Final = frozenset({"api", "bcc", "cc", "crm", "csv", "dmarc", "json", "jsonl", "mtls", "oauth2", "ok", "pdf", "tls", "xlsx", "xml"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `key` may reach inwards with dots; `kind` names a way to show (see KINDS); `sort` is what the server sorts by."""

    key: str
    label: str
    width: int = 160
    kind: str = "text"
    sort: str | None = None
    tones: Mapping[str, str] = field(default_factory=dict)
    # What the words of a badge are called here, where they are not called by themselves.
    words: Mapping[str, str] = field(default_factory=dict)
    # Where the thing lies whose id this is, such as `/admin/v1/tenants`, if its key does not say so: it is shown by its name.
    names: str = ""
    # What it means that nothing is there, such as 'never'.
    void: str = ""

    @property
    def home(self) -> str:
        """Where the thing lies whose id this is; empty where it is none."""
        return self.names or home_of(self.key)


@dataclass(frozen=True, slots=True)
class Cell:
    """What one place of a table shows."""

    text: str
    tone: str | None = None
    tip: str | None = None
    code: bool = False
    dim: bool = False
    number: bool = False


def cell(column: Column, row: Mapping[str, Any]) -> Cell:
    """Return what a column shows of a row."""
    value = reach(row, column.key)
    if value is None or value in ("", [], {}):
        return Cell(tr(column.void) if column.void else NOTHING, dim=True, number=column.kind in NUMBERS)
    if name := row.get(NAMED, {}).get(column.key):
        return Cell(name, tip=KINDS[column.kind](column, value).text)
    return KINDS[column.kind](column, value)


def references(column: Column, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what a row refers to under a column: where each thing lies, and its id."""
    found = reach(row, column.key)
    if column.kind == "actor":
        return [(ACTORS[found["kind"]], str(found["id"]))] if isinstance(found, Mapping) and found.get("kind") in ACTORS else []
    return [(column.home, str(one)) for one in (found if isinstance(found, list) else [found]) if one] if column.home else []


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as the appliance sent it."""
    return {name: value for name, value in row.items() if name != NAMED}


def reach(row: Any, key: str) -> Any:
    """Return what lies in a row under a dotted key; None where nothing does."""
    for step in key.split("."):
        if not isinstance(row, Mapping):
            return None
        row = row.get(step)
    return row


def moment(text: str) -> datetime | None:
    """Return a time of the API in the user's time zone; None when it is none."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        return None


def ago(then: datetime, now: datetime | None = None) -> str:
    """Return how long ago something was, or will be."""
    seconds = ((now or datetime.now(UTC)) - then).total_seconds()
    size = abs(seconds)
    for limit, divisor, past, future in _SPANS:
        if size < limit:
            return tr(past if seconds >= 0 else future, count=int(size // divisor))
    return locales.day(then)


_SPANS: Final = (
    (5, 1, "just now", "now"),
    (60, 1, "{count} s ago", "in {count} s"),
    (3600, 60, "{count} min ago", "in {count} min"),
    (86400, 3600, "{count} h ago", "in {count} h"),
    (86400 * 30, 86400, "{count} d ago", "in {count} d"),
)


def word(state: str) -> str:
    """Return a state, or a kind of thing, as it is called in the user's language."""
    if state in ACRONYMS:
        return state.upper()
    found = tr(state.replace("_", " "))
    first, space, rest = found.partition(" ")
    return first.upper() + space + rest if first in ACRONYMS else found[:1].upper() + found[1:]


def _text(column: Column, value: Any) -> Cell:
    found = str(value)
    return Cell(tr(column.words[found]) if found in column.words else found)


def _said(_column: Column, value: Any) -> Cell:
    return Cell(heard(str(value)))


def _time(_column: Column, value: Any) -> Cell:
    then = moment(str(value))
    return Cell(str(value)) if then is None else Cell(ago(then), tip=locales.moment(then, zone=True))


def _day(_column: Column, value: Any) -> Cell:
    try:
        return Cell(locales.day(date.fromisoformat(str(value))))
    except ValueError:
        return Cell(str(value))


def _clock(_column: Column, value: Any) -> Cell:
    then = moment(str(value))
    return Cell(str(value)) if then is None else Cell(locales.moment(then), tip=ago(then), code=True)


def _badge(column: Column, value: Any) -> Cell:
    key = str(value).lower()
    return Cell(word(column.words.get(key) or key), tone=column.tones.get(key) or TONES.get(key, "calm"))


def _status(_column: Column, value: Any) -> Cell:
    status = int(value)
    return Cell(str(status), tone="ok" if status < 400 else "warning" if status < 500 else "danger")


def _code(_column: Column, value: Any) -> Cell:
    return Cell(str(value), code=True)


def _number(_column: Column, value: Any) -> Cell:
    return Cell(locales.number(value, 0 if float(value).is_integer() else 2), number=True)


def _share(_column: Column, value: Any) -> Cell:
    return Cell(locales.share(value, 0 if float(value) * 100 % 1 == 0 else 2), dim=value == 0, number=True)


def _duration(_column: Column, value: Any) -> Cell:
    return Cell(f"{locales.number(value, 0 if value >= 10 else 1)} ms", dim=value < 100, number=True)


def _bytes(_column: Column, value: Any) -> Cell:
    return Cell(size(value), number=True)


def _count(_column: Column, value: Any) -> Cell:
    return Cell(locales.number(len(value)), number=True)


def _list(column: Column, value: Any) -> Cell:
    words = ", ".join(tr(column.words[one]) if one in column.words else str(one) for one in value)
    return Cell(words, tip=words)


def _switch(_column: Column, value: Any) -> Cell:
    return Cell(tr("Yes") if value else tr("No"), tone="ok" if value else "calm")


def _money(_column: Column, value: Any) -> Cell:
    amount = Decimal(value["amount"])
    return Cell(f"{locales.number(amount, max(0, -int(amount.as_tuple().exponent)))} {value['currency']}", number=True)


def _actor(_column: Column, value: Any) -> Cell:
    kind, one = str(value.get("kind") or ""), str(value.get("id") or "")
    return Cell(f"{word(kind)} {one}", dim=True, code=True) if one else Cell(word(kind), dim=True)


def _failure(_column: Column, value: Any) -> Cell:
    return Cell(failure(str(value)), tip=str(value))


def _json(_column: Column, value: Any) -> Cell:
    return Cell(json.dumps(value, ensure_ascii=False), code=True)


def _limit(_column: Column, value: Any) -> Cell:
    return Cell(f"{locales.number(value['requests'])} / {tr(value['period'])}")


def _limits(column: Column, value: Any) -> Cell:
    return Cell(", ".join(_limit(column, one).text for one in value))


KINDS: Final[Mapping[str, Callable[[Column, Any], Cell]]] = {
    "text": _text,
    "said": _said,
    "time": _time,
    "clock": _clock,
    "day": _day,
    "badge": _badge,
    "status": _status,
    "code": _code,
    "number": _number,
    "share": _share,
    "duration": _duration,
    "bytes": _bytes,
    "count": _count,
    "list": _list,
    "switch": _switch,
    "money": _money,
    "actor": _actor,
    "failure": _failure,
    "json": _json,
    "limit": _limit,
    "limits": _limits,
}
NUMBERS: Final = frozenset({"number", "count", "share", "duration", "bytes", "money"})
# Kinds of which a part says nothing, and how many pixels they need in the longest language.
LEAST: Final[Mapping[str, int]] = {
    **dict.fromkeys(NUMBERS, 60),
    "money": 108,
    "day": 96,
    "time": 96,
    "clock": 164,
    "badge": 128,
    "status": 64,
    "switch": 64,
}
NARROWEST: Final = 0.75  # of the width that is asked for a text: so far it is cut


def least(column: Column) -> int:
    """Return how many pixels a column needs at least."""
    room = LEAST.get(column.kind)
    return int(column.width * NARROWEST) if room is None else max(room, column.width if column.kind == "badge" else 0)
