"""Notices that are no reports: who could not be reached, and the words about each, from the text a mail server wrote for people.

Four shapes cover them: an address that opens a paragraph, an address alone with indented lines below it, an address that ends
a sentence, and an address named in a header. What follows the marks of the returned copy is not read.
"""

from __future__ import annotations

import re
from typing import Final

from server.domain.mail.signs import COPIES

_LONGEST: Final = 60_000
_MOST: Final = 500
_COPY: Final = re.compile(rf"(?im)^[ \t>]*(?:{'|'.join(COPIES)})$")
# Brackets and stops of East Asian notices end an address as those of ASCII do.
_WORD: Final = r"(?:\"[^\"\n@]{1,64}\"|[^\s<>\"',;:()\[\]|\u3000-\u303f\uff00-\uffef]{1,128})@[^\s<>\"',;:()\[\]|\u3000-\u303f\uff00-\uffef]{1,253}"
_NOTE: Final = r"(?:[ \t]*\((?:expanded|ultimately|generated)[^\n]*\))?"
_OPENS: Final = re.compile(rf"^[ \t]{{0,8}}<({_WORD})>{_NOTE}[ \t]*:?[ \t]*(.*)$|^[ \t]{{0,12}}[\"']?({_WORD})[\"']?[ \t]*:[ \t]*(.*)$")
_ALONE: Final = re.compile(rf"^[ \t]{{0,12}}[<\"']?({_WORD})[>\"']?(?:[ \t]*<(?:mailto:)?[^>\n]*>)?[ \t]*$")
_FIRST: Final = re.compile(rf"^[ \t]{{0,8}}(?:>>>[ \t]|\*[ \t]|\d+[.)][ \t])?<?({_WORD})>?[ \t]+(\S.*)$")
_NUMBERED: Final = re.compile(rf"^\d{{3}}[ -](?:\d\.\d\.\d )?<({_WORD})>\.\.\. *(.*)$")
_DIALOGUE: Final = re.compile(r"^(?:>>>|<<<) ")
_PROGRAM: Final = re.compile(r"^[ \t]{1,8}[|/][^\n]*$")
_NAMED: Final = re.compile(rf"(?i)(?:\bto|recipients?|address(?:ed to)?|for|mailbox|user|size)\b[^\n<@]{{0,60}}?[:<( \t]+({_WORD})")
_ANY: Final = re.compile(_WORD)
_DAEMONS: Final = re.compile(r"(?i)^(?:mailer-daemon|postmaster|abuse|support|helpdesk|no-?reply|mail-?admin)@")


def notice(text: str) -> str:
    """Return what the server says, up to where the copy of the message begins."""
    return _COPY.split(text[:_LONGEST], maxsplit=1)[0]


def failures(said: str, named: list[str], own: set[str]) -> list[tuple[str, str]]:
    """Return (address, the words about it) for each recipient a notice tells of; `named` are those its headers name, `own` is who sent."""
    paragraphs = _paragraphs(said)
    if paragraphs:
        # Whoever is written to is told of others; what speaks of the reader's own mailbox wants something of the reader.
        return [(address, words) for address, words in paragraphs if address.casefold() not in own]
    if named:
        return [(address, said) for address in named]
    told = [_clean(match[1]) for match in _NAMED.finditer(said)]
    found = [_clean(address) for address in _ANY.findall(said)]
    strangers = [address for address in (*told, *found) if not _DAEMONS.match(address) and address.casefold() not in own]
    return [(address, said) for address in strangers][:1]


def _paragraphs(said: str) -> list[tuple[str, str]]:
    """Collect the lines under each address that opens them; the words of addresses listed without any are the whole notice."""
    found: dict[str, list[str]] = {}
    current, shape = "", ""
    for line in said.splitlines():
        address, words, opened = _opening(line, shape if current and found[current] else "")
        if opened == "numbered" and address == current:
            found[current].append(line)
        elif opened == "program" or (shape == "numbered" and _DIALOGUE.match(line)):
            current = ""
        elif address and len(found) < _MOST:
            current, shape = address, opened
            found.setdefault(current, []).extend([words] if words else [])
        elif current and line.strip():
            found[current].append(line)
        elif current and found[current] and not found[current][-1].rstrip().endswith(":"):
            current = ""
    return [(address, "\n".join(lines) if _says_something(lines) else said) for address, lines in found.items()]


def _opening(line: str, inside: str) -> tuple[str, str, str]:
    """Return the address that opens a paragraph, the words beside it and the shape; ("", "", "") where none does.

    `inside` is the shape of the paragraph that the line stands in: an address that merely begins a sentence opens one only outside, or
    after one that did the same.
    """
    if _PROGRAM.match(line):
        return "", "", "program"
    if match := _NUMBERED.match(line):
        return _clean(match[1]), line, "numbered"
    if match := _OPENS.match(line):
        return _clean(match[1] or match[3]), match[2] or match[4] or "", "opens"
    if match := _ALONE.match(line):
        return _clean(match[1]), "", "alone"
    if inside in {"", "first"} and (match := _FIRST.match(line)):
        return _clean(match[1]), match[2], "first"
    return "", "", ""


def _says_something(lines: list[str]) -> bool:
    return any(re.search(r"[^\W\d_]{3}", _ANY.sub("", line)) for line in lines)


def _clean(address: str) -> str:
    return address.strip("<>\"'.,;:*")
