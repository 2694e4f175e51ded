"""Words as search sees them: without case and accents, numbers also as the digits of a telephone number, and how well they fit.

Both sides, what is indexed and what is asked for, go through `words`, so no database's own idea of a word matters.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST_WORD: Final = 40
MOST_INDEXED: Final = 400
MOST_ASKED: Final = 8
LONGEST_QUESTION: Final = 200
# What begins with one letter is half of everything.
SHORTEST_PREFIX: Final = 2
SHORTEST_NUMBER: Final = 4
TELLING_DIGITS: Final = 9
LONGEST_SNIPPET: Final = 160
_BEFORE: Final = 40

# Letters that are no accented form of another one, but are written as these by who lacks the key.
_LETTERS: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i"})
_WORD: Final = re.compile(r"[^\W_]+")
_NUMBER: Final = re.compile(r"[\d+()\-./ ]{4,40}")

EXACT_TITLE: Final = 1.0
BEGINS_TITLE: Final = 0.8
EXACT_WORD: Final = 0.5
BEGINS_WORD: Final = 0.3
# What fits a title in full stands before what only holds the words.
BELOW_WHOLE: Final = 0.95


def plain(text: str) -> str:
    """Return the text without case and accents."""
    if text.isascii():
        return text.lower()
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).translate(_LETTERS)


def words(text: str) -> list[str]:
    """Return the words of a text in order; a very long one is cut."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(plain(text))]


def digits(text: str) -> str:
    """Return the digits of what looks like a telephone or other number, leading zeros left out; else the empty text."""
    if not _NUMBER.fullmatch(text):
        return ""
    found = "".join(letter for letter in text if letter in "0123456789").lstrip("0")
    return found if len(found) >= SHORTEST_NUMBER else ""


def indexed(texts: Iterable[str]) -> list[str]:
    """Return the words under which texts are found, each once. A number is found by any run of four or more of its digits."""
    found: dict[str, None] = {}
    for text in texts:
        number = digits(text.strip())
        for start in range(len(number) - SHORTEST_NUMBER + 1):
            found[number[start:][:LONGEST_WORD]] = None
        found.update(dict.fromkeys(words(text)))
        if len(found) >= MOST_INDEXED:
            break
    return list(found)[:MOST_INDEXED]


def asked(text: str) -> list[list[str]]:
    """Return what is searched for: alternatives, of each of which every word has to be there. What is very long is cut."""
    text = text[:LONGEST_QUESTION]
    found = [list(dict.fromkeys(words(text)))[:MOST_ASKED]]
    number = digits(text.strip())
    if number and [number] not in found:
        # Who knows a number from home leaves the country's code out, and who stored it may have done so.
        found.append([number[-TELLING_DIGITS:]])
    return [alternative for alternative in found if alternative]


def fit(wanted: Sequence[str], title: Sequence[str], others: Sequence[str]) -> float:
    """Return how well words fit a record, from 0 (one of them is not there) to 1 (they are its title)."""
    if set(wanted) == set(title):
        return 1.0
    grades = [_grade(word, title, others) for word in wanted]
    return BELOW_WHOLE * sum(grades) / len(grades) if all(grades) else 0.0


def _grade(word: str, title: Sequence[str], others: Sequence[str]) -> float:
    if word in title:
        return EXACT_TITLE
    if any(one.startswith(word) for one in title):
        return BEGINS_TITLE
    if word in others:
        return EXACT_WORD
    return BEGINS_WORD if any(one.startswith(word) for one in others) else 0.0


def snippet(wanted: Iterable[str], texts: Sequence[tuple[str, str]]) -> str | None:
    """Return the piece of the first of the `(name, text)` that holds one of the words, with its name before it; else None."""
    sought = tuple(wanted)
    for name, text in texts:
        at = 0 if any(word in digits(text.strip()) for word in sought if word.isdigit()) else _place(sought, text)
        if at is not None:
            begin = max(0, at - _BEFORE) if len(text) > LONGEST_SNIPPET else 0
            piece = " ".join(text[begin : begin + LONGEST_SNIPPET].split())
            return f"{name}: {'…' if begin else ''}{piece}{'…' if begin + LONGEST_SNIPPET < len(text) else ''}"
    return None


def _place(sought: tuple[str, ...], text: str) -> int | None:
    return next((found.start() for found in _WORD.finditer(text) if plain(found.group()).startswith(sought)), None)
