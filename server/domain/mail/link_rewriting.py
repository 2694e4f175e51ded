"""Links in the HTML of mails: found as browsers find them and put in place of each other; every other byte stays as it is.

A tag that never ends ends the reading, so the time is bounded by the length. A link with `data-track="off"` is nobody's business.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LONGEST: Final = 2_000
_OPENING: Final = re.compile(r"<!--|<(style|script|textarea|title|a|area)(?=[\s/>])", re.IGNORECASE)
_TAG: Final = re.compile(r"""(?:[^>"']++|"[^"]*+"|'[^']*+')*+>""")
_ATTRIBUTE: Final = re.compile(r"""([^\s"'>/=]++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s>"']++))?""")
_END_OF_BODY: Final = re.compile(r"</body\s*>", re.IGNORECASE)
_SKIPPED: Final = frozenset({"style", "script", "textarea", "title"})


class Found(NamedTuple):
    """A link as it is written, and where."""

    start: int
    end: int
    written: str


def links(html: str) -> list[Found]:
    """Return the links to the web that may be followed, in their order."""
    found: list[Found] = []
    place = 0
    while opening := _OPENING.search(html, place):
        name = (opening[1] or "").lower()
        end = _end(html, opening.end(), name)
        if end < 0:
            break
        if name and name not in _SKIPPED and (link := _link(html, opening.end(), end)):
            found.append(link)
        place = end
    return found


def _end(html: str, start: int, name: str) -> int:
    """Return where reading goes on behind a comment, an element whose content is no markup, or a tag; -1 when it never ends."""
    if name and name not in _SKIPPED:
        tag = _TAG.match(html, start)
        return tag.end() if tag else -1
    closing = re.compile(f"</{name}" if name else "-->", re.IGNORECASE).search(html, start)
    return closing.end() if closing else -1


def _link(html: str, start: int, end: int) -> Found | None:
    attributes: dict[str, tuple[int, int]] = {}
    for one in _ATTRIBUTE.finditer(html, start, end - 1):
        if one[2]:
            quoted = one[2][0] in "\"'"
            attributes.setdefault(one[1].lower(), (one.start(2) + quoted, one.end(2) - quoted))
    off = attributes.get("data-track")
    if "href" not in attributes or (off and html[off[0] : off[1]].lower() == "off"):
        return None
    found = Found(*attributes["href"], html[slice(*attributes["href"])])
    return found if is_followed(found.written) else None


def is_followed(written: str) -> bool:
    """Tell whether a link leads to the web, by an address that may stand in a header."""
    url = unescape(written).strip()
    return len(written) <= LONGEST and url.lower().startswith(("https://", "http://")) and url.isascii() and url.isprintable() and " " not in url


def replaced(html: str, found: Sequence[Found], address: Callable[[int, str], str]) -> str:
    """Return the HTML with an address in the place of each link; they are counted from 1."""
    parts, place = [], 0
    for number, link in enumerate(found, 1):
        parts += [html[place : link.start], address(number, link.written)]
        place = link.end
    return "".join(parts) + html[place:]


def appended(html: str, more: str) -> str:
    """Return the HTML with something more at the end of its body."""
    ends = list(_END_OF_BODY.finditer(html))
    place = ends[-1].start() if ends else len(html)
    return html[:place] + more + html[place:]
