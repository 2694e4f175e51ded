"""Which font draws which words of a PDF: the fonts that come along, then those of this machine, then those that readers bring themselves.

Letters are set one after another. Scripts whose letters change with their neighbours, other than Arabic's, would come out wrong
that way, so they are never drawn: a sign stands for them, and the page says what it stands for.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

BUNDLED: Final = Path(__file__).parents[3] / "resources" / "fonts" / "DejaVuSans.ttf"
PLAIN: Final = "Helvetica"
UNSEEN: Final = "[…]"
"""Stands for letters that cannot be drawn."""
_PART: Final = re.compile(r"\s+|\S+")
# Devanagari to Sinhala, Tibetan, Burmese and Khmer.
_SHAPED: Final = re.compile("[\u0900-\u0dff\u0f00-\u109f\u1780-\u17ff\ua8e0-\ua8ff\uaa60-\uaa7f]")
# Fonts that readers of PDF bring, and the letters by which each is chosen; the first that fits.
_READERS: Final = (
    ("HYSMyeongJo-Medium", re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")),
    ("HeiseiKakuGo-W5", re.compile("[\u3040-\u30ff\uff66-\uff9f]")),
    ("STSong-Light", re.compile("[\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uff65]")),
)
_EASTERN: Final = re.compile("[ -~\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]+")
_FOLDERS: Final[dict[str, tuple[str, ...]]] = {
    "linux": ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts"),
    "darwin": ("/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts"),
    "win32": ("C:/Windows/Fonts", "~/AppData/Local/Microsoft/Windows/Fonts"),
}
# Files with TrueType outlines, which alone can be put into a PDF here; those with the most letters first.
_FILES: Final = (
    "arial unicode.ttf", "droidsansfallbackfull.ttf", "wqy-zenhei.ttc", "wqy-microhei.ttc", "uming.ttc", "msyh.ttc", "simsun.ttc", "yugothm.ttc",
    "msgothic.ttc", "ipag.ttf", "takaogothic.ttf", "malgun.ttf", "nanumgothic.ttf", "applegothic.ttf", "leelawui.ttf", "tahoma.ttf",
    "notosansthai-regular.ttf", "notosanslao-regular.ttf", "garuda.ttf", "loma.ttf", "freesans.ttf",
)  # fmt: skip


@lru_cache(maxsize=4096)
def runs(text: str) -> tuple[tuple[str, str], ...]:
    """Return a text in parts, each with the font that has its letters."""
    whole = _font_of(text)
    if whole:
        return ((whole, text),)
    found: list[tuple[str, str]] = []
    for part in _PART.findall(text):
        font = _font_of(part)
        for name, piece in ((font, part),) if font else ((_font_of(letter), letter) for letter in part):
            before, so_far = found[-1] if found else ("", "")
            if before == (name or PLAIN):
                found[-1] = (before, so_far + _shown(name, piece, so_far))
            else:
                found.append((name or PLAIN, _shown(name, piece, "")))
    return tuple(found)


def _shown(font: str | None, piece: str, before: str) -> str:
    """Return what is drawn for a piece: itself, or the sign, once for all that follow one another, where it has no font."""
    if font:
        return piece
    return "" if before.endswith(UNSEEN) else UNSEEN


def width(text: str, size: float, font: str | None = None) -> float:
    """Return how wide a text is in points; in one font when it is given."""
    return sum(pdfmetrics.stringWidth(part, name, size) for name, part in (((font, text),) if font else runs(text)))


@lru_cache(maxsize=4096)
def unseen(text: str) -> frozenset[str]:
    """Return what the letters of a text that cannot be drawn belong to, by the first word of their names: Devanagari, Thai, Emoji."""
    return frozenset() if _font_of(text) else frozenset(_kind(letter) for letter in text if not _font_of(letter))


def _kind(letter: str) -> str:
    if not unicodedata.category(letter).startswith(("L", "M", "N")):
        return "signs"
    return unicodedata.name(letter, "letters").partition(" ")[0].capitalize()


@lru_cache(maxsize=4096)
def _font_of(part: str) -> str | None:
    """Return a font that has all the letters of a part, None when none has."""
    if part.isascii() or _is_western(part):
        return PLAIN
    if _SHAPED.search(part):
        return None
    return _bundled(part) or _of_machine(part) or _of_reader(part)


def _is_western(part: str) -> bool:
    try:
        part.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _bundled(part: str) -> str | None:
    return "DejaVuSans" if _has("DejaVuSans", BUNDLED, part) else None


def _of_machine(part: str) -> str | None:
    return next((path.stem for path in machine_fonts() if _has(path.stem, path, part)), None)


def _of_reader(part: str) -> str | None:
    name = next((name for name, letters in _READERS if letters.search(part)), None)
    if name is None or not _EASTERN.fullmatch(part):
        return None
    if name not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    return name


def _has(name: str, path: Path, part: str) -> bool:
    letters = _letters(name, path)
    return all(ord(letter) in letters for letter in part)


@cache
def _letters(name: str, path: Path) -> frozenset[int]:
    """Return the letters that a font has, and register it; none for one that cannot or may not be put into a file."""
    try:
        font = TTFont(name, str(path))
    except (TTFError, OSError):
        return frozenset()
    pdfmetrics.registerFont(font)
    return frozenset(font.face.charToGlyph)


@cache
def machine_fonts() -> tuple[Path, ...]:
    """Return the known fonts that this machine has, those with the most letters first; looked for once."""
    there: dict[str, Path] = {}
    for folder in _FOLDERS.get(sys.platform, ()):
        for place, _, names in os.walk(Path(folder).expanduser()):
            there |= {name.lower(): Path(place, name) for name in names if name.lower() in _FILES}
    return tuple(there[name] for name in _FILES if name in there)
