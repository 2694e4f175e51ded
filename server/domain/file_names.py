"""Names of files: what is kept of the name that somebody gives, and how it is told to whoever downloads the file (RFC 6266)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import quote, unquote

LONGEST: Final = 150
UNNAMED: Final = "file"
_FOLDERS: Final = re.compile(r"[/\\]")
# Windows refuses these in names, and some of its programs take them for commands.
_REFUSED: Final = re.compile(r'[<>:"|?*%]')
_DEVICE: Final = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")
_NOT_ASCII: Final = re.compile(r'[^\x20-\x7e]|["\\%]')


def clean(given: str | None) -> str:
    """Return a name that is a name on every system: no folders, no control characters, no device, at most `LONGEST` characters."""
    last = _FOLDERS.split(unicodedata.normalize("NFC", given or ""))[-1]
    # Cc and Cf: control characters, and those that turn the direction of what is read, as in `exe.gpj`; Cs: halves of characters.
    shown = "".join(character for character in last if unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    name = _REFUSED.sub("_", shown).strip(" .")
    if _DEVICE.match(name):
        name = f"_{name}"
    return _shortened(name) or UNNAMED


def _shortened(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    if len(name) <= LONGEST or not dot or len(ending) > 10:
        return name[:LONGEST].strip(" .")
    return f"{stem[: LONGEST - len(ending) - 1].strip()}.{ending}"


def disposition(name: str, *, inline: bool = False) -> str:
    """Return the Content-Disposition of a file; the plain form is for clients that do not know the other one."""
    how = "inline" if inline else "attachment"
    plain = _NOT_ASCII.sub("_", name)
    return f'{how}; filename="{plain}"' + ("" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}")


def from_disposition(header: str | None) -> str | None:
    """Return the name that a Content-Disposition gives, None when it gives none that can be read."""
    for pattern, decode in _FORMS:
        found = pattern.search(header or "")
        if found:
            return decode(found[1])
    return None


def _percent_decoded(text: str) -> str:
    return unquote(text, errors="replace")


_FORMS: Final = (
    (re.compile(r"(?i)filename\*\s*=\s*utf-8'[a-z-]*'([^;\s]+)"), _percent_decoded),
    (re.compile(r'(?i)filename\s*=\s*"((?:[^"\\]|\\.)*)"'), lambda text: re.sub(r"\\(.)", r"\1", text)),
    (re.compile(r"(?i)filename\s*=\s*([^;\s\"]+)"), str),
)
