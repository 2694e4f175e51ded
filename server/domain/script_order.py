"""A line of text as it is drawn from left to right: what is written from right to left turned round, and Arabic letters joined.

For drawing that sets one letter after another. The order is that of the Unicode Bidirectional Algorithm (UAX 9) for a line
without embeddings, isolates and pairs of brackets; letters are joined by the presentation forms that Unicode has for them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

_PAIRS: Final = ("()", "[]", "{}", "<>", "\u00ab\u00bb", "\u2039\u203a")
_MIRRORED: Final = {pair[side]: pair[1 - side] for pair in _PAIRS for side in (0, 1)}
_RIGHT: Final = frozenset({"R", "AL"})
_NUMBERS: Final = frozenset({"EN", "AN"})
_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
_FORMS: Final = range(0xFB50, 0xFEFD)
_LAM_ALEF: Final = re.compile("\u0644[\u0622\u0623\u0625\u0627]")
# Whether a letter is joined to the one before it, and to the one after.
_PLACES: Final = {(False, False): "<isolated>", (True, False): "<final>", (False, True): "<initial>", (True, True): "<medial>"}


def drawn(text: str) -> str:
    """Return the characters of a line from left to right."""
    return _ordered(_joined(text)) if _RIGHT_TO_LEFT.search(text) else text


def _joined(text: str) -> str:
    """Return a text with every Arabic letter in the form that it has between its neighbours; marks on letters part nothing."""
    forms = _forms()
    pieces = [piece for piece in re.split(f"({_LAM_ALEF.pattern}|.)", text, flags=re.DOTALL) if piece]
    letters = [(place, forms.get(piece, {})) for place, piece in enumerate(pieces) if not unicodedata.combining(piece[0])]
    neighbours = [{}, *(own for _, own in letters), {}]
    for (place, own), before, after in zip(letters, neighbours, neighbours[2:], strict=False):
        joins = ("<final>" in own and "<initial>" in before, "<initial>" in own and "<final>" in after)
        pieces[place] = own.get(_PLACES[joins], pieces[place])
    return "".join(pieces)


@cache
def _forms() -> dict[str, dict[str, str]]:
    """Return the forms of each Arabic letter, and of lam and alef together."""
    found: dict[str, dict[str, str]] = {}
    for code in _FORMS:
        form, _, letters = unicodedata.decomposition(chr(code)).partition(" ")
        of = "".join(chr(int(letter, 16)) for letter in letters.split())
        if form in _PLACES.values() and (len(of) == 1 or _LAM_ALEF.fullmatch(of)):
            found.setdefault(of, {}).setdefault(form, chr(code))
    return found


def _ordered(text: str) -> str:
    """Return a text in the order in which it is seen (UAX 9, L2 to L4)."""
    kinds = [unicodedata.bidirectional(letter) for letter in text]
    base = next((int(kind in _RIGHT) for kind in kinds if kind == "L" or kind in _RIGHT), 0)
    levels = _levels(kinds, base)
    for place in range(len(text) - 1, -1, -1):  # L1: space at the end belongs to the line
        if kinds[place] not in {"WS", "BN"}:
            break
        levels[place] = base
    seen = [_MIRRORED.get(letter, letter) if level % 2 else letter for letter, level in zip(text, levels, strict=True)]
    pieces = _with_marks(seen, levels)
    for level in range(max(levels, default=0), 0, -1):
        pieces = _turned(pieces, level)
    return "".join(piece for piece, _ in pieces)


def _levels(kinds: list[str], base: int) -> list[int]:
    """Return the level of each character: even ones run from left to right, odd ones from right to left (UAX 9, W1 to I2)."""
    outside = "R" if base else "L"
    found = _neutral(_weak(kinds, outside), outside)
    return [base + (kind != outside) + (not base and kind in _NUMBERS) for kind in found]


def _weak(kinds: list[str], outside: str) -> list[str]:
    """Return the kinds with numbers, and what stands in and beside them, settled (UAX 9, W1 to W7)."""
    found: list[str] = []
    strong = outside
    for kind in kinds:
        settled = (found[-1] if found else outside) if kind == "NSM" else kind
        settled = "AN" if settled == "EN" and strong == "AL" else settled
        strong = settled if settled == "L" or settled in _RIGHT else strong
        found.append(settled)
    for place in range(1, len(found) - 1):
        before, kind, after = found[place - 1 : place + 2]
        if before == after and ((kind == "ES" and before == "EN") or (kind == "CS" and before in _NUMBERS)):
            found[place] = before
    for run in _runs(found, frozenset({"ET"})):
        beside = {found[place] for place in (run.start - 1, run.stop) if 0 <= place < len(found)}
        found[run.start : run.stop] = ["EN" if "EN" in beside else "ON"] * len(run)
    return _after_latin(["R" if kind == "AL" else "ON" if kind in {"ES", "CS"} else kind for kind in found], outside)


def _after_latin(kinds: list[str], outside: str) -> list[str]:
    """Return the kinds with numbers behind left-to-right letters as such (UAX 9, W7)."""
    found: list[str] = []
    strong = outside
    for kind in kinds:
        strong = kind if kind in {"L", "R"} else strong
        found.append("L" if kind == "EN" and strong == "L" else kind)
    return found


def _neutral(kinds: list[str], outside: str) -> list[str]:
    """Return the kinds with what has no direction in that of what is around it (UAX 9, N1 and N2)."""
    sides = [outside, *("R" if kind in _NUMBERS else kind for kind in kinds), outside]
    found = kinds[:]
    for run in _runs(kinds, frozenset(kinds) - {"L", "R", *_NUMBERS}):
        before, after = sides[run.start], sides[run.stop + 1]
        found[run.start : run.stop] = [before if before == after else outside] * len(run)
    return found


def _runs(kinds: list[str], wanted: frozenset[str]) -> list[range]:
    """Return the stretches of some kinds."""
    marks = "".join("x" if kind in wanted else "." for kind in kinds)
    return [range(*run.span()) for run in re.finditer("x+", marks)]


def _with_marks(letters: list[str], levels: list[int]) -> list[tuple[str, int]]:
    """Return each character with the marks on it, and its level."""
    found: list[tuple[str, int]] = []
    for letter, level in zip(letters, levels, strict=True):
        if found and unicodedata.combining(letter):
            found[-1] = (found[-1][0] + letter, found[-1][1])
        else:
            found.append((letter, level))
    return found


def _turned(pieces: list[tuple[str, int]], level: int) -> list[tuple[str, int]]:
    """Return the pieces with every stretch of this level or a higher one turned round."""
    found, run = [], []
    for piece in pieces:
        if piece[1] >= level:
            run.append(piece)
        else:
            found += [*reversed(run), piece]
            run = []
    return [*found, *reversed(run)]
