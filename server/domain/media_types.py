"""Media types: what content says it is, what its first bytes say, and what may be shown in a browser.

The first bytes win: what says one thing and is another is refused, since whoever opens it goes by the name.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from server.domain.errors import Unprocessable

if TYPE_CHECKING:
    from collections.abc import Iterable

OCTETS: Final = "application/octet-stream"
HEAD: Final = 512
"""How many of the first bytes `sniff` looks at."""
IMAGES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})
"""What thumbnails can be made of."""
INLINE: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "text/plain", "audio/mpeg", "audio/ogg", "video/mp4", "video/webm"})
"""What a browser may show: nothing that runs scripts, loads anything or is opened by another program."""
_GENERIC: Final = frozenset({"", OCTETS, "application/x-www-form-urlencoded", "binary/octet-stream"})
_SYNTAX: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,99}/[a-z0-9][a-z0-9!#$&^_.+-]{0,99}")
_ZIP: Final = "application/zip"
_EXECUTABLE: Final = "application/x-msdownload"
# Where a type's mark stands, the mark, the type.
_MARKS: Final = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", _ZIP),
    (0, b"PK\x05\x06", _ZIP),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"MZ", _EXECUTABLE),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (0, b"\xca\xfe\xba\xbe", "application/java-vm"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (4, b"ftyp", "video/mp4"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
)
# Types that are built upon another one, as patterns by the type that their first bytes show.
_BUILT_ON: Final[dict[str, tuple[str, ...]]] = {
    _ZIP: (
        "application/vnd.*",
        "application/epub+zip",
        "application/java-archive",
        "application/x-zip-compressed",
        "*+zip",
        "application/x-java-archive",
    ),
    "application/gzip": ("application/x-gzip", "application/x-tar", "application/x-tgz", "application/tar+gzip", "*+gzip"),
    "application/x-ole-storage": ("application/msword", "application/vnd.ms-*", "application/x-msi", "application/vnd.visio"),
    "video/mp4": ("video/*", "audio/mp4", "audio/x-m4a", "image/heic", "image/heif", "image/avif"),
    "video/webm": ("audio/webm", "video/x-matroska", "audio/x-matroska"),
    "audio/ogg": ("video/ogg", "application/ogg", "audio/opus"),
    "audio/wav": ("audio/x-wav", "audio/wave", "audio/vnd.wave"),
    "audio/mpeg": ("audio/mp3",),
    "image/jpeg": ("image/jpg", "image/pjpeg"),
    "image/tiff": ("image/x-*",),
    "application/vnd.rar": ("application/x-rar-compressed",),
    _EXECUTABLE: ("application/vnd.microsoft.portable-executable", "application/x-dosexec", "application/x-ms-dos-executable"),
}
_MARKED: Final = frozenset(kind for _, _, kind in _MARKS) - {"audio/mpeg"}
"""Types whose content always has its mark; MP3 may begin with sound."""


def plain(declared: str | None) -> str:
    """Return a declared type without its parameters, in lower case; what is no type counts as unknown bytes."""
    kind = (declared or "").partition(";")[0].strip().lower()
    return kind if _SYNTAX.fullmatch(kind) else OCTETS


def sniff(head: bytes) -> str | None:
    """Return the type that the first bytes show, None when they show none."""
    return next((kind for place, mark, kind in _MARKS if head.startswith(mark, place)), None)


def settle(declared: str, head: bytes) -> str:
    """Return the type that content has. Raises Unprocessable (`content_type_mismatch`) when it says one thing and is another."""
    found = sniff(head)
    if declared in _GENERIC:
        return found or OCTETS
    if found is None and (declared not in _MARKED or not head):
        return declared
    if found is not None and (declared == found or matches(declared, _BUILT_ON.get(found, ()))):
        return declared
    shown = f"shows {found}" if found else "does not look like it"
    raise Unprocessable(f"The content was said to be {declared}, and {shown}.", code="content_type_mismatch")


def matches(kind: str, patterns: Iterable[str]) -> bool:
    """Tell whether a type is one of some patterns such as `image/*`."""
    return any(fnmatchcase(kind, pattern.lower()) for pattern in patterns)


def check(kinds: Iterable[str], allowed: tuple[str, ...], refused: tuple[str, ...]) -> None:
    """Raise Unprocessable (`content_type_refused`) for a type that is not among those allowed, where some are named, or is refused."""
    for kind in kinds:
        if matches(kind, refused) or (allowed and not matches(kind, allowed)):
            said = f" These are: {', '.join(allowed)}." if allowed else ""
            raise Unprocessable(f"Content of the type {kind} is not accepted here.{said}", code="content_type_refused")
