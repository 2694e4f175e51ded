"""What an archive with a connector may hold, judged from its table of contents before anything is unpacked.

A package is a few small files in one folder. Anything that could land elsewhere, or be something else than a file, refuses it whole.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from server.domain.errors import Unprocessable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LARGEST: Final = 1_048_576
LARGEST_FILE: Final = 524_288
MOST_FILES: Final = 40
MANIFEST: Final = "manifest.toml"
CODE: Final = "connector.py"
SIGNATURE: Final = "signature.toml"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
_KINDS: Final = frozenset({".toml", ".py", ".svg", ".md", ".txt", ""})
_FOLDERS: Final = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of an archive: its name, its size unpacked, and whether it is anything but a plain file."""

    name: str
    size: int
    special: bool


def file_names(entries: Sequence[Entry]) -> dict[str, str]:
    """Return the entries to unpack, by the name each file gets. Raises Unprocessable (`package_refused`) for an archive that holds more."""
    if sum(entry.size for entry in entries) > LARGEST or len(entries) > MOST_FILES:
        raise refused(f"It holds more than {MOST_FILES} files or {LARGEST // 1024} KB.")
    found = {_name(entry): entry.name for entry in entries}
    if len(found) != len(entries):
        raise refused("It holds a file twice.")
    if len({name.rpartition("/")[0] for name in found.values()}) > 1:
        raise refused("Its files do not lie in one folder.")
    if MANIFEST not in found:
        raise refused(f"It holds no {MANIFEST}.")
    return found


def _name(entry: Entry) -> str:
    parts = entry.name.split("/")
    if entry.special or len(parts) > _FOLDERS or not all(_NAME.fullmatch(part) for part in parts) or "\\" in entry.name:
        raise refused(f"'{entry.name[:80]}' is no plain file of a connector's folder.")
    name = parts[-1]
    kind = name[name.rindex(".") :] if "." in name else ""
    if kind not in _KINDS or entry.size > LARGEST_FILE:
        raise refused(f"'{name}' is of a kind or size that no connector has.")
    return name


def refused(detail: str) -> Unprocessable:
    """Return the refusal of a package."""
    return Unprocessable(f"This is no package of a connector. {detail}", code="package_refused")


def signed_text(files: Mapping[str, bytes]) -> bytes:
    """Return what a publisher signs: the name and SHA-256 of every file but the signature's own, one per line, by name."""
    lines = (f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()) if name != SIGNATURE)
    return "".join(lines).encode()


def has_code(files: Mapping[str, bytes]) -> bool:
    """Tell whether a package brings Python along."""
    return any(name.endswith(".py") for name in files)
