"""What a piece of text looks like at first sight: cheap patterns for guessing, never for validating."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal

from server.services.exchange.synonyms import STRONG, WEAK

Look = Literal["blank", "email", "url", "datetime", "date", "money", "number", "phone", "domain", "text"]

PATTERNS: Final[tuple[tuple[Look, re.Pattern[str]], ...]] = (
    ("email", re.compile(r"(?:.*<)?[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+>?")),
    ("url", re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)),
    ("datetime", re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}[T ,]+\d{1,2}:\d{2}.*")),
    ("date", re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}-\d{1,2}-\d{4}")),
    ("money", re.compile(r"(?:[€$£¥]|EUR|USD|GBP|CHF)\s?-?[\d.,'\u2019 ]+|-?[\d.,'\u2019 ]+\s?(?:[€$£¥]|EUR|USD|GBP|CHF)")),
    ("number", re.compile(r"[-+]?(?:\d+|\d{1,3}(?:[.,'\u2019\u00a0 ]\d{3})+)(?:[.,]\d+)?\s?%?")),
    ("phone", re.compile(r"(?:\+|00|\(|0)[\d\s()/.-]{5,24}\d")),
    ("domain", re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)),
)
LONGEST: Final = 200  # of what is looked at: some patterns cost the square of the length
LEADING_ZERO: Final = re.compile(r"(?:0|\+)\d{5,}")
CAMEL: Final = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])")


def look_of(text: str) -> Look:
    """Return what `text` looks like; a long number that begins with 0 or + is a phone, not a number."""
    text = text[:LONGEST].strip()
    if not text:
        return "blank"
    if LEADING_ZERO.fullmatch(text):
        return "phone"
    return next((look for look, pattern in PATTERNS if pattern.fullmatch(text)), "text")


def words_of(name: str) -> list[str]:
    """Return the bare words of a column name: no case, no accents, no punctuation (`E-Mail-Adresse` is e, mail, adresse)."""
    spaced = CAMEL.sub(" ", name).casefold()
    plain = "".join(character for character in unicodedata.normalize("NFKD", spaced) if not unicodedata.combining(character))
    return re.findall(r"[^\W_]+", plain)


def key_of(name: str) -> str:
    """Return the form in which names are compared: the bare words run together."""
    return "".join(words_of(name))


def names_a_field(text: str) -> bool:
    """Tell whether a text is the name of a field in any of the languages known here."""
    return key_of(text) in KNOWN_NAMES


KNOWN_NAMES: Final = frozenset(key_of(name) for table in (STRONG, WEAK) for field, names in table.items() for name in (field, *names))
