"""The console's words in the user's language: English in the source, the others in gettext catalogues under `resources/translations`.

`tr` is called when a text is shown, never when a table is written down: so one table of pages serves every language.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
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
# Which of its forms a language takes for a number (CLDR 46, the `Plural-Forms` of gettext); those that are not here take the second unless it is one.
PLURALS: Final[Mapping[str, Callable[[int], int]]] = {
    "fr": lambda count: int(count > 1),
    "ar": lambda count: count if count < 3 else 3 if 3 <= count % 100 <= 10 else 4 if count % 100 > 10 else 5,
}
_ACCENTED: Final = str.maketrans("aeiouyAEIOUYcnCN", "áéíóúýÁÉÍÓÚÝçñÇÑ")
_PLACEHOLDER: Final = re.compile(r"(\{\w*\})")


@dataclass
class Catalogue:
    """One language's words; what is not in it stays English."""

    code: str = "en"
    words: Mapping[str, str] = field(default_factory=dict)
    plurals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def right_to_left(self) -> bool:
        """Whether it is written from right to left."""
        return LANGUAGES.get(self.code, ("", False))[1]

    def text(self, english: str) -> str:
        """Return a text in this language."""
        return pseudo(english) if self.code == PSEUDO else self.words.get(english, english)

    def form(self, one: str, many: str, count: int) -> str:
        """Return a text in the form that a number asks for."""
        forms = self.plurals.get(one)
        if forms is None:
            return self.text(one if count == 1 else many)
        rule = PLURALS.get(self.code)
        return forms[min(rule(count) if rule else int(count != 1), len(forms) - 1)]


_active = Catalogue()


def use(code: str) -> Catalogue:
    """Speak a language from now on; windows that are open keep their words until they are built again."""
    found = load(code)
    _active.code, _active.words, _active.plurals = found.code, found.words, found.plurals
    return _active


def active() -> Catalogue:
    """Return the language that is spoken now."""
    return _active


def tr(english: str, **values: object) -> str:
    """Return a text in the user's language, with `{names}` filled in."""
    found = _active.text(english)
    return found.format(**values) if values else found


def trn(one: str, many: str, number: int, /, **values: object) -> str:
    """Return a text in the user's language and in the form that a number asks for, with `{names}` filled in."""
    return _active.form(one, many, number).format(**values)


def load(code: str) -> Catalogue:
    """Return a language's catalogue; one that is not there is English, such as that of a computer which names none."""
    if code not in LANGUAGES and code != PSEUDO:
        return Catalogue()
    path = catalogue_file(code)
    found = list(entries(path.read_text(encoding="utf-8"))) if path.exists() else []
    return Catalogue(code, {english: forms[0] for english, forms in found if len(forms) == 1}, {one: forms for one, forms in found if len(forms) > 1})


def catalogue_file(code: str) -> Path:
    """Return where a language's words lie."""
    return RESOURCES / "translations" / f"{code}.po"


def entries(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the texts of a gettext catalogue with their forms; the header and what is not translated yet are left out."""
    for block in re.split(r"\n\s*\n", text):
        parts: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            keyword, _, quoted = line.partition(" ") if not line.startswith('"') else (name, "", line)
            if keyword.startswith("msg"):
                name = keyword
                parts[name] = parts.get(name, "") + ast.literal_eval(quoted)
        forms = tuple(words for name, words in parts.items() if name.startswith("msgstr"))
        if parts.get("msgid") and all(forms):
            yield parts["msgid"], forms


def pseudo(english: str) -> str:
    """Return a text that shows what was forgotten: accented, two fifths longer, in brackets, its placeholders untouched."""
    accented = "".join(part if _PLACEHOLDER.fullmatch(part) else part.translate(_ACCENTED) for part in _PLACEHOLDER.split(english))
    return f"[{accented}{'·' * (len(english) * 2 // 5)}]" if english else ""
