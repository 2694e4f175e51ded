"""Text inside XML: escaped, and without the characters that XML cannot hold."""

from __future__ import annotations

import re
from typing import Final

_SPECIAL: Final = re.compile('[&<>"\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]')
_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"}


def escape(text: str) -> str:
    """Return text for an element or attribute; what XML 1.0 cannot hold is shown as a replacement character."""
    return _SPECIAL.sub(_escaped, text) if _SPECIAL.search(text) else text


def _escaped(found: re.Match[str]) -> str:
    return _ESCAPES.get(found.group(), "\ufffd")
