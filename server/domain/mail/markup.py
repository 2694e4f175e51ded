"""Reading the XML of strangers: elements and their texts, nothing else of it, in time and memory that the input bounds.

A document type is refused, so there is no entity to expand and no file to fetch. What is no tag is text: some reporters
write a `<` where they should not, and their report is still one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from server.domain.errors import Unprocessable
from server.domain.mail.reading import decoded

MOST_ELEMENTS: Final = 600_000
"""How many tags, comments and strays are read."""
DEEPEST: Final = 40
_TAG = re.compile(r"<(/?)(?:[A-Za-z_][\w.-]{0,63}:)?([A-Za-z_][\w-]{0,63})(?:\s[^<>]{0,2000})?(/?)>")
_ENCODING = re.compile(rb"<\?xml[^>]{0,100}?encoding=[\"']([A-Za-z0-9._-]{1,40})[\"']")
# What begins with this is passed over up to its end.
_SKIPPED: Final = {"<!--": "-->", "<?": "?>"}


@dataclass(slots=True)
class Element:
    """An element: its name without prefix, the text directly in it, and the elements in it."""

    name: str
    pieces: list[str] = field(default_factory=list)
    children: list[Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text directly inside."""
        return "".join(self.pieces)

    def all(self, name: str) -> list[Element]:
        """Return the elements of a name directly inside."""
        return [child for child in self.children if child.name == name]

    def first(self, name: str) -> Element:
        """Return the first element of a name directly inside; an empty one where there is none."""
        return next((child for child in self.children if child.name == name), Element(name))

    def value(self, name: str) -> str:
        """Return the text of an element inside, on one line; empty where there is none."""
        return " ".join(self.first(name).text.split())[:1000]


def parse(content: bytes) -> Element:
    """Return the outermost element. Raises Unprocessable (`report_unreadable`)."""
    found = _ENCODING.match(content[:200].lstrip(b"\xef\xbb\xbf \r\n\t"))
    text = decoded(content.removeprefix(b"\xef\xbb\xbf"), found[1].decode() if found else "utf-8")
    root = Element("")
    open_elements, place, count = [root], 0, 0
    while place < len(text):
        start = text.find("<", place)
        open_elements[-1].pieces.append(unescape(text[place : start if start >= 0 else len(text)]))
        if start < 0:
            break
        place, tag = _next(text, start)
        count += 1
        if tag is not None:
            _apply(tag, open_elements)
        elif text[start:place] == "<":
            open_elements[-1].pieces.append("<")
        if count > MOST_ELEMENTS or len(open_elements) > DEEPEST:
            raise unreadable("It holds more elements than a report, or nests them deeper.")
    if not root.children:
        raise unreadable("It holds no element.")
    return root.children[0]


def unreadable(reason: str) -> Unprocessable:
    """Return the error for what cannot be read as a report."""
    return Unprocessable(f"This is no report that can be read. {reason}", code="report_unreadable")


def _next(text: str, start: int) -> tuple[int, re.Match[str] | None]:
    """Return where reading goes on behind the markup at `start`, and the tag if it is one; a `<` that begins nothing is passed alone."""
    for opening, closing in _SKIPPED.items():
        if text.startswith(opening, start):
            end = text.find(closing, start)
            if end < 0:
                raise unreadable("It is cut off.")
            return end + len(closing), None
    if text.startswith("<!", start):
        raise unreadable("It has a document type or a section, which reports have not.")
    tag = _TAG.match(text, start)
    return (tag.end(), tag) if tag else (start + 1, None)


def _apply(tag: re.Match[str], open_elements: list[Element]) -> None:
    closes, name, alone = tag[1], tag[2], tag[3]
    if not closes:
        element = Element(name)
        open_elements[-1].children.append(element)
        if not alone:
            open_elements.append(element)
    elif any(one.name == name for one in open_elements[1:]):
        # What was left open inside ends with what holds it.
        while open_elements.pop().name != name:
            pass
