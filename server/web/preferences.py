"""What callers prefer (RFC 7240): long work as a job, or an answer without what was written; what is honoured is told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from server.web.calls import Answer, answer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from server.web.calls import Call

ASYNC: Final = "respond-async"
MINIMAL: Final = "return=minimal"
_PREFERENCE: Final = re.compile(r'\s*([!#$%&\'*+.^_`|~0-9A-Za-z-]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^\s,;"]*))?\s*(?:;[^,]*)?(?:,|$)')


def preferences(call: Call) -> frozenset[str]:
    """Return what is preferred, as `name` or `name=value` in lower case; the first mention of a name counts."""
    found: dict[str, str] = {}
    for name, value in _PREFERENCE.findall(",".join(call.request.headers.getall("Prefer", ()))):
        plain = value.strip('"').lower()
        found.setdefault(name.lower(), f"{name.lower()}={plain}" if plain else name.lower())
    return frozenset(found.values())


def prefers(call: Call, preference: str) -> bool:
    """Tell whether a caller prefers something."""
    return "Prefer" in call.headers and preference in preferences(call)


def accepted(job: Mapping[str, Any], location: str, *, asked: bool = True) -> Answer:
    """Return the answer to work that is done later; `asked` tells that the caller preferred it."""
    found = answer(job, 202, Location=location)
    return applied(found, ASYNC) if asked else found


def applied(found: Answer, *honoured: str) -> Answer:
    """Say which preferences were honoured."""
    found.headers["Preference-Applied"] = ", ".join(honoured)
    return found
