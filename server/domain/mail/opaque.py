"""Attachments that no scanner can see into: archives that need a password, and the container that Outlook makes of a message's files.

What cannot be looked into is not clean; it is kept back with its reason. A damaged archive is no different from one with a password.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from server.domain.mail.reading import Mail, Part

_ZIP: Final = b"PK\x03\x04"
_TNEF: Final = b"\x78\x9f\x3e\x22"
_ENCRYPTED: Final = 0x1
_MOST_MEMBERS: Final = 10_000


def unseen(mail: Mail) -> str | None:
    """Return why a mail cannot be looked into as a whole, None when nothing speaks against it."""
    return next((f"{why}: {part.file_name or part.media_type}" for part in mail.parts if (why := _hidden(part))), None)


def _hidden(part: Part) -> str | None:
    if part.media_type.startswith("text/") and not part.file_name:
        return None
    content = part.content()
    if content.startswith(_TNEF) or part.media_type == "application/ms-tnef":
        return "an Outlook container is not looked into"
    return _locked(content) if content.startswith(_ZIP) else None


def _locked(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
        return "the archive is damaged"
    if len(members) > _MOST_MEMBERS:
        return "the archive holds too many files"
    return "the archive needs a password" if any(one.flag_bits & _ENCRYPTED for one in members) else None
