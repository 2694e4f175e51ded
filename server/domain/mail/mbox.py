"""Mailbox files (RFC 4155): several messages in one, each behind a line that begins with `From ` and says when it came."""

from __future__ import annotations

import re
from typing import Final

MOST_MESSAGES: Final = 1000
"""Of one file; more are cut off."""
_OPENING: Final = b"From "
# A sender, a time of day, and a header on the next line: else it is a sentence that begins so.
_SEPARATOR: Final = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\r\n]{0,500}\d\d:\d\d[^\r\n]{0,500}\r?\n(?=[!-9;-~]{1,200}:)")


def messages_in(raw: bytes) -> list[bytes]:
    """Return the messages of a mailbox file without the lines between them; of what is no such file, itself alone."""
    if not raw.startswith(_OPENING):
        return [raw]
    found: list[tuple[int, int]] = []
    for match in _SEPARATOR.finditer(raw):
        found.append(match.span())
        if len(found) > MOST_MESSAGES:
            break
    if not found or found[0][0]:
        return [raw]
    ends = [begin for begin, _ in found[1:]] + [len(raw)]
    return [raw[begin:end] for (_, begin), end in zip(found, ends, strict=True)][:MOST_MESSAGES]
