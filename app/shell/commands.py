"""What the palette finds: acts and pages of the console, things of the appliance, and what was chosen lately. It knows no widget."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

MOST: Final = 40


@dataclass(frozen=True, slots=True)
class Command:
    """Something to do or a place to go."""

    title: str
    detail: str
    run: Callable[[], object] = field(compare=False)
    icon: str = "chevron-right"
    keys: str = ""


def ranked(commands: Iterable[Command], text: str, lately: Sequence[str] = ()) -> list[Command]:
    """Return the commands that a text finds, the best first: what begins so, then words that do, then letters in this order."""
    wanted = text.casefold().split()
    scored = [(score, place, command) for place, command in enumerate(commands) if (score := _score(command, wanted)) is not None]
    order = {title: place for place, title in enumerate(lately)}
    scored.sort(key=lambda found: (found[0], order.get(found[2].title, len(order)), found[1]))
    return [command for _, _, command in scored[:MOST]]


def _score(command: Command, wanted: Sequence[str]) -> int | None:
    title, detail = command.title.casefold(), command.detail.casefold()
    total = 0
    for word in wanted:
        if title.startswith(word):
            total += 0
        elif f" {word}" in title:
            total += 1
        elif word in title:
            total += 2
        elif word in detail:
            total += 3
        elif len(word) > 2 and _letters(word, title):
            total += 6
        else:
            return None
    return total


def _letters(word: str, title: str) -> bool:
    letters = iter(title)
    return all(letter in letters for letter in word)
