"""White space, as Unicode has it: what is taken away around texts, and what a text that needs more has to hold.

Each language, and each dialect of regular expressions, has a white space of its own, so the set is spelled out: the property
White_Space of Unicode's PropList.txt, which is also what pydantic takes away.
"""

from __future__ import annotations

from typing import Final

WHITE_SPACE: Final = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
UNBLANK: Final = r"[^\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
"""Matches a text that holds more than white space, and is read alike by every dialect."""


def trimmed(text: str) -> str:
    """Return a text without the white space around it."""
    return text.strip(WHITE_SPACE)


def unblank(least: int) -> str:
    """Return the pattern of texts that have so many characters without the white space around them, at least 1."""
    return UNBLANK if least == 1 else rf"{UNBLANK}[\s\S]{{{least - 2},}}{UNBLANK}"
