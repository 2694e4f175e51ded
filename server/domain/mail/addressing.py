"""Addresses as people write them: taken apart, held against what SMTP can carry, and brought to the one spelling that blocklists compare.

Nothing that could end a header or a command gets through: an address with a control character is refused, never cleaned.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from email.header import Header
from typing import Final

from server.domain.errors import Unprocessable
from server.domain.mail.names import ascii_name

LONGEST: Final = 254
_LONGEST_LOCAL: Final = 64
_LONGEST_NAME: Final = 200
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf'{_ATOM}(?:\.{_ATOM})*|"(?:[ !#-\[\]-~]|\\[ -~])*"')
_NAMED = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^<>"]*?))\s*<([^<>]*)>\s*')


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address, its domain in ASCII, and the name that stands before it, or nothing."""

    name: str
    local: str
    domain: str

    @property
    def address(self) -> str:
        """The address alone."""
        return f"{self.local}@{self.domain}"

    def __str__(self) -> str:
        quoted = self.name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{self.address}>' if self.name else self.address

    @property
    def header(self) -> str:
        """The form for a header: ASCII alone, an encoded name where it needs to be."""
        if self.name and not self.name.isascii():
            return f"{Header(self.name, 'utf-8', maxlinelen=60).encode(linesep=chr(10)).replace(chr(10), '')} <{self.address}>"
        return str(self)


def has_controls(text: str) -> bool:
    """Tell whether a text holds what must never come into a header: line breaks, NUL and their kind."""
    return any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in text)


def mailbox(text: str) -> Mailbox:
    """Read `a@b.example` or `Name <a@b.example>`. Raises Unprocessable (`invalid_address`) for anything else."""
    if has_controls(text):
        raise _invalid(text, "it holds a line break or another control character")
    named = _NAMED.fullmatch(text)
    name, address = (named[1] or named[2] or "", named[3]) if named else ("", text.strip())
    if named and named[1]:
        name = re.sub(r"\\(.)", r"\1", name)
    local, _, host = address.rpartition("@")
    domain = ascii_name(host)
    if domain is None or "." not in domain or "_" in domain or domain.rpartition(".")[2].isdigit():
        raise _invalid(text, "what follows the @ is not the name of a domain")
    if not _LOCAL.fullmatch(local) or len(local) > _LONGEST_LOCAL:
        raise _invalid(text, "what stands before the @ is not a name that every mail server takes")
    if len(local) + len(domain) + 1 > LONGEST or len(name) > _LONGEST_NAME:
        raise _invalid(text, "it is too long")
    return Mailbox(name.strip(), local, domain)


def _invalid(text: str, why: str) -> Unprocessable:
    shown = "".join(" " if has_controls(character) else character for character in text[:100])
    return Unprocessable(f"'{shown}' is no address: {why}.", code="invalid_address")


def normal(address: str) -> str:
    """Return the one spelling of an address: composed characters, case folded, its domain in ASCII. Of anything else, the folded text."""
    local, _, host = unicodedata.normalize("NFKC", address).strip().rpartition("@")
    folded = unicodedata.normalize("NFKC", local.casefold())
    return f"{folded}@{ascii_name(host) or host.casefold()}" if local else host.casefold()
