"""Reading SPF records (RFC 7208) of a domain that wants to send: how many look-ups one costs, and which record would let us send.

Judging a message by SPF is done elsewhere; this answers "what is wrong with my record, and what shall I paste".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from server.domain.mail.zone import Answer, Lookup

MOST_LOOKUPS: Final = 10
MOST_VOIDS: Final = 2
_DEEPEST: Final = 20
_TERM = re.compile(r"[+?~-]?(all|include|a|mx|ptr|ip4|ip6|exists)(?:[:/].*)?|(redirect|exp|[a-z][a-z0-9_.-]*)=.*", re.IGNORECASE)
_ASKED: Final = {"a": ("A", "AAAA"), "mx": ("MX",), "exists": ("A",)}
_COSTLY: Final = frozenset({"include", "a", "mx", "ptr", "exists", "redirect"})


@dataclass(slots=True)
class Examined:
    """What a record costs and says: `names` are all names that it takes in by include or redirect, `networks` its addresses."""

    text: str | None = None
    lookups: int = 0
    voids: int = 0
    problems: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    networks: list[str] = field(default_factory=list)
    failed: str = ""


def examine(name: str, lookup: Lookup) -> Examined:
    """Return what the record of a domain says; `text` is None where there is none."""
    found = Examined()
    found.text = _own_text(name, lookup, found)
    if found.text is not None:
        _follow(found.text, name, lookup, found, 0)
    if found.lookups > MOST_LOOKUPS:
        found.problems.append(f"It costs {found.lookups} look-ups; more than {MOST_LOOKUPS} is a permanent error to every receiver.")
    if found.voids > MOST_VOIDS:
        found.problems.append(f"{found.voids} of its look-ups lead nowhere; more than {MOST_VOIDS} is a permanent error.")
    return found


def authorizing(text: str | None, wanted: Sequence[str]) -> str:
    """Return a record that keeps what there is and lets these mechanisms pass, put in before whatever ends the list."""
    terms = (text or "v=spf1").split()
    missing = [one for one in wanted if one.lower() not in {term.lower() for term in terms}]
    place = next((index for index, term in enumerate(terms) if _kind(term) in {"all", "redirect"}), len(terms))
    ending = [] if place < len(terms) else ["~all"]
    return " ".join([*terms[:place], *missing, *terms[place:], *ending])


def _own_text(name: str, lookup: Lookup, found: Examined) -> str | None:
    answer = lookup(name, "TXT")
    if answer.state == "failed":
        found.failed = f"{name}: {answer.reason}"
        return None
    texts = [text for text in answer.texts if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")]
    if len(texts) > 1:
        found.problems.append(f"{name} has {len(texts)} SPF records; receivers take that for a permanent error. Keep one.")
    return texts[0] if texts else None


def _follow(text: str, name: str, lookup: Lookup, found: Examined, depth: int) -> None:
    if depth > _DEEPEST or found.lookups > 4 * MOST_LOOKUPS:
        found.problems.append("It leads to itself.")
        return
    for term in text.split()[1:]:
        kind = _kind(term)
        if not kind:
            found.problems.append(f"'{term[:80]}' in the record of {name} is not a mechanism.")
        elif kind in {"ip4", "ip6"}:
            found.networks.append(term.partition(":")[2])
        elif kind in _COSTLY:
            found.lookups += 1
            _take(kind, _target(term, name), lookup, found, depth)
    if depth == 0 and "+all" in text.lower().split():
        found.problems.append("'+all' lets everybody send in your name.")


def _take(kind: str, target: str, lookup: Lookup, found: Examined, depth: int) -> None:
    """Follow one term that costs a look-up; macros depend on the message and are only counted."""
    if "%" in target:
        return
    if kind in {"include", "redirect"}:
        found.names.append(target.lower())
        text = _own_text(target, lookup, found)
        if text is None:
            found.problems.append(f"{target}, which the record takes in, has no SPF record.")
        else:
            _follow(text, target, lookup, found, depth + 1)
    elif kind in _ASKED and all(_void(lookup(target, one)) for one in _ASKED[kind]):
        found.voids += 1


def _void(answer: Answer) -> bool:
    return answer.state in {"absent", "no_name"}


def _kind(term: str) -> str:
    match = _TERM.fullmatch(term)
    return (match[1] or match[2]).lower() if match else ""


def _target(term: str, name: str) -> str:
    found = re.split(r"[:=]", term, maxsplit=1)
    return found[1].partition("/")[0] if len(found) > 1 else name
