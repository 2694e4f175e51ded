"""Addresses that differ for each recipient: authors write `{{ unsubscribe_url }}`, what is kept holds a mark, and each copy has the address.

A mark is no address of the web, so nothing that follows or rewrites links takes it for one.
"""

from __future__ import annotations

import re
from typing import Final

MARKS: Final = {"unsubscribe_url": "junction-link:unsubscribe", "preferences_url": "junction-link:preferences"}
EXAMPLE: Final = "https://example.com/unsubscribe"
"""What a preview shows, since it is for nobody in particular."""
_WRITTEN: Final = re.compile(r"\{\{\s{0,9}(" + "|".join(MARKS) + r")\s{0,9}\}\}")


def marked(text: str | None) -> str | None:
    """Return a text with a mark wherever its author wrote one of the names."""
    return None if text is None else _WRITTEN.sub(lambda found: MARKS[found[1]], text)


def are_in(*texts: str | None) -> bool:
    """Tell whether a mark stands in any of these."""
    return any(mark in text for text in texts if text for mark in MARKS.values())


def addressed(text: str, address: str) -> str:
    """Return a text with an address in the place of every mark."""
    for mark in MARKS.values():
        text = text.replace(mark, address)
    return text
