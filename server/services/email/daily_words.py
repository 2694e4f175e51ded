"""The daily report in a person's language: changes become sentences, section by section; the words lie in `resources/mail/daily_report.toml`."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal
from zoneinfo import ZoneInfo

from server.domain.mail.daily_changes import SECTIONS
from server.domain.mail.sites import title_of
from server.services.mails import TEMPLATES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.mail.daily_changes import Change

Language = Literal["en", "de", "fr", "es", "ar"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "de", "fr", "es", "ar")
_RIGHT_TO_LEFT: Final = frozenset({"ar"})
# Values that are words, and the table each is found in.
_TABLES: Final = {"status": "statuses", "before": "statuses", "reason": "reasons", "check": "checks"}
MOST_LINES: Final = 25
"""Of one section; the rest is counted."""


@cache
def words() -> dict[str, Any]:
    """Return every language's words."""
    return tomllib.loads((TEMPLATES / "daily_report.toml").read_text(encoding="utf-8"))


def language_of(tag: str) -> Language:
    """Return the language that is written for a tag such as `de-AT`: English for what there are no words in."""
    spoken = tag.partition("-")[0].lower()
    return next((one for one in LANGUAGES if one == spoken), "en")


def told(changes: Sequence[Change], language: str, names: Mapping[str, str], span: tuple[int, int], zone: str) -> dict[str, Any]:
    """Return what the template names; `names` are those of brand and tenant, `span` is the time that it tells of."""
    known = words()[language]
    since, until = (_apart(_moment(at, zone), language) for at in span)
    sections = [_section(name, [one for one in changes if one.section == name], language, zone) for name in SECTIONS]
    return {
        "language": language,
        "direction": "rtl" if language in _RIGHT_TO_LEFT else "ltr",
        "subject": " ".join(known["subject"].format(**names).split()),
        "intro": known["intro"].format(since=since, until=until) if changes else known["nothing"],
        "sections": [one for one in sections if one["lines"]],
        "note": known["note"].format(**names),
    }


def _section(name: str, changes: Sequence[Change], language: str, zone: str) -> dict[str, Any]:
    known = words()[language]
    lines = [{"text": _sentence(one, language, zone), "detail": one.detail} for one in changes[:MOST_LINES]]
    left = len(changes) - len(lines)
    return {"title": known["sections"][name], "lines": lines, "more": known["more"].format(count=left) if left else ""}


def _sentence(change: Change, language: str, zone: str) -> str:
    known = words()[language]
    values = {name: _apart(_value(name, value, zone), language) for name, value in change.values.items()}
    for name, table in _TABLES.items():
        if name in change.values:
            values[name] = known[table].get(change.values[name], str(change.values[name]).replace("_", "-").upper())
    return str(known["lines"][change.what].format(**values))


def _value(name: str, value: Any, zone: str) -> str:
    return title_of(value) if name == "site" else _moment(value, zone) if name == "until" else str(value)


def _apart(text: str, language: str) -> str:
    """Return a name, number or moment so that it keeps its own direction in a sentence that runs the other way (Unicode's isolates)."""
    return f"\u2068{text}\u2069" if language in _RIGHT_TO_LEFT else text


def _moment(at_ms: int, zone: str) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
