"""The console's words in the user's language: English in the source, the others in gettext catalogues under `resources/translations`.

`tr` is called when a text is shown, never when a table is written down: so one table of pages serves every language.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.system.folders import RESOURCES

# Code: its own name, and whether it is written from right to left.
LANGUAGES: Final[Mapping[str, tuple[str, bool]]] = {
    "en": ("English", False),
    "de": ("Deutsch", False),
    "fr": ("Français", False),
    "es": ("Español", False),
    "ar": ("العربية", True),
}
PSEUDO: Final = "pseudo"
_ACCENTED: Final = str.maketrans("aeiouyAEIOUYcnCN", "áéíóúýÁÉÍÓÚÝçñÇÑ")
_PLACEHOLDER: Final = re.compile(r"(\{\w*\})")


@dataclass
class Catalogue:
    """One language's words; what is not in it stays English."""

    code: str = "en"
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def right_to_left(self) -> bool:
        """Whether it is written from right to left."""
        return LANGUAGES.get(self.code, ("", False))[1]

    def text(self, english: str) -> str:
        """Return a text in this language."""
        return pseudo(english) if self.code == PSEUDO else self.words.get(english, english)


_active = Catalogue()


def use(code: str) -> Catalogue:
    """Speak a language from now on; windows that are open keep their words until they are built again."""
    found = load(code)
    _active.code, _active.words = found.code, found.words
    return _active


def active() -> Catalogue:
    """Return the language that is spoken now."""
    return _active


def tr(english: str, **values: object) -> str:
    """Return a text in the user's language, with `{names}` filled in."""
    found = _active.text(english)
    return found.format(**values) if values else found


def load(code: str) -> Catalogue:
    """Return a language's catalogue; one that is not there is English."""
    path = catalogue_file(code)
    return Catalogue(code, dict(entries(path.read_text(encoding="utf-8"))) if path.exists() else {})


def catalogue_file(code: str) -> Path:
    """Return where a language's words lie."""
    return RESOURCES / "translations" / f"{code}.po"


def entries(text: str) -> Iterator[tuple[str, str]]:
    """Yield the translated pairs of a gettext catalogue; the header and what is not translated yet are left out."""
    for block in re.split(r"\n\s*\n", text):
        parts: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            keyword, _, quoted = line.partition(" ") if not line.startswith('"') else (name, "", line)
            if keyword in {"msgid", "msgstr"}:
                name = keyword
                parts[name] = parts.get(name, "") + ast.literal_eval(quoted)
        if parts.get("msgid") and parts.get("msgstr"):
            yield parts["msgid"], parts["msgstr"]


def pseudo(english: str) -> str:
    """Return a text that shows what was forgotten: accented, a third longer, in brackets, its placeholders untouched."""
    accented = "".join(part if _PLACEHOLDER.fullmatch(part) else part.translate(_ACCENTED) for part in _PLACEHOLDER.split(english))
    return f"[{accented}{'·' * (len(english) // 3)}]" if english else ""
