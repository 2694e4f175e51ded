"""Whether two contacts, or two companies, look like the same one, and why.

Evidence adds up as independent chances do: `1 - (1 - weight) * ...`. `candidate_keys` makes the search cheap: two records
whose score reaches `LIKELY` always share a key, so only records with a common key need comparing.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

LIKELY: Final = 0.6

WEIGHTS: Final = {
    "same_email": 0.95,
    "same_domain": 0.9,
    "same_name_and_company": 0.85,
    "same_phone": 0.6,
    "same_company_name": 0.6,
}
"""Each reason, and how likely it alone makes it that two records are one."""

# The domain of an address says where somebody works, unless everybody can have an address there.
FREE_MAIL: Final = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "ymail.com", "aol.com", "icloud.com",
    "me.com", "mac.com", "proton.me", "protonmail.com", "gmx.de", "gmx.net", "gmx.com", "web.de", "t-online.de", "mail.com", "mail.ru",
    "yandex.ru", "yandex.com", "qq.com", "163.com", "126.com", "orange.fr", "free.fr", "wanadoo.fr", "libero.it", "hey.com", "fastmail.com",
    "zoho.com", "tutanota.com", "comcast.net", "btinternet.com",
})  # fmt: skip
LEGAL_FORMS: Final = frozenset({
    "ab", "ag", "as", "asa", "bv", "co", "company", "corp", "corporation", "cv", "doo", "eg", "ev", "gbr", "gmbh", "inc", "incorporated", "kft",
    "kg", "kgaa", "limited", "llc", "llp", "lp", "ltd", "mbh", "nv", "ohg", "oy", "oyj", "plc", "pte", "pty", "sa", "sarl", "sas", "se",
    "sl", "spa", "srl", "sro", "the", "ug", "und", "and",
})  # fmt: skip
SHORTEST_PHONE: Final = 7
# Country code and trunk zero are written or left out at will; the last nine digits are not.
TELLING_DIGITS: Final = 9

_WORD = re.compile(r"\w+")
_EXTENSION = re.compile(r"(?:ext|x|#|;).*", re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?(?:www\.)?([^/:?#]+)")


def candidate_keys(record: dict[str, Any]) -> set[str]:
    """Return the keys under which a record can be found by its duplicates."""
    name = _person(record)
    keys = {f"name:{name}|{place}" for place in _places(record)} if name else set()
    for kind, value in (("email", _email(record)), ("phone", _phone(record)), ("domain", _domain(record)), ("company", _company(record))):
        if value:
            keys.add(f"{kind}:{value}")
    return keys


def reasons(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Return why two records of the same kind look like one; the keys of `WEIGHTS`."""
    shared = candidate_keys(one) & candidate_keys(other)
    kinds = {key.partition(":")[0] for key in shared}
    return [reason for kind, reason in _REASONS.items() if kind in kinds]


def score(one: dict[str, Any], other: dict[str, Any]) -> float:
    """Return how much two records look like one, from 0 to 1."""
    doubt = 1.0
    for reason in reasons(one, other):
        doubt *= 1 - WEIGHTS[reason]
    return 1 - doubt


_REASONS: Final = {
    "email": "same_email",
    "domain": "same_domain",
    "name": "same_name_and_company",
    "phone": "same_phone",
    "company": "same_company_name",
}


def _text(record: dict[str, Any], name: str) -> str:
    value = record.get(name)
    return value.strip() if isinstance(value, str) else ""


def _words(text: str) -> list[str]:
    """Return the words without case, accents and punctuation."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(letter for letter in letters if not unicodedata.combining(letter)).replace("'", ""))


def _person(record: dict[str, Any]) -> str:
    """Return a contact's name in an order that does not depend on which part went into which field."""
    words = _words(f"{_text(record, 'first_name')} {_text(record, 'last_name')}")
    return " ".join(sorted(words)) if len(words) > 1 else ""


def _company(record: dict[str, Any]) -> str:
    # Dots inside are dropped first, so that S.A. and SA are one legal form.
    words = _words(_text(record, "name").replace(".", ""))
    return " ".join([word for word in words if word not in LEGAL_FORMS] or words)


def _places(record: dict[str, Any]) -> set[str]:
    """Return where a contact works: the company's id, and the domain of the address unless it is anybody's."""
    domain = _email(record).rpartition("@")[2]
    return {place for place in (_text(record, "company_id"), domain) if place and place not in FREE_MAIL}


def _email(record: dict[str, Any]) -> str:
    """Return the mailbox that an address reaches: a tag after `+` does not change it, nor do dots at Gmail."""
    local, at, domain = _text(record, "email").casefold().rpartition("@")
    local = local.partition("+")[0]
    if domain in {"gmail.com", "googlemail.com"}:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}{at}{domain}" if local and domain else ""


def _phone(record: dict[str, Any]) -> str:
    digits = "".join(filter(str.isdecimal, _EXTENSION.sub("", _text(record, "phone"))))
    return digits[-TELLING_DIGITS:] if len(digits) >= SHORTEST_PHONE else ""


def _domain(record: dict[str, Any]) -> str:
    found = _HOST.match(_text(record, "domain").casefold())
    domain = found[1].rstrip(".") if found else ""
    return "" if domain in FREE_MAIL else domain
