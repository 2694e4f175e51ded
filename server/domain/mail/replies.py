"""Why a server refused: from its reply code, its enhanced status and its words to one reason, and whether the address is dead.

The same for a refusal during our own dialogue and for one that a returned message tells of. The words count most, since
servers are careless with codes; then the enhanced status, the command that was refused, and the basic code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from server.domain.mail.cues import CUES
from server.domain.mail.languages import LOCALIZED, UNKNOWN_ABROAD
from server.domain.mail.marks import MARKS
from server.domain.mail.phrases import BOILERPLATE, COMMANDS, FOR_NOW, PHRASES, REFUSED_RECIPIENT, UNKNOWN_RECIPIENT
from server.domain.mail.reasons import BY_CODE, BY_COMMAND, BY_STATUS, BY_VAGUE_STATUS, HARD

_LONGEST: Final = 6000
_STATUS: Final = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\d)(?!\.\d)")
_CODE: Final = re.compile(r"(?:^|[\s;:,'\"\[(<])([245][0-5]\d)(?=[\s\-:;,'\"]|$)")
_CONTINUATION: Final = re.compile(r"\s[245]\d\d[- ](?:#?[245]\.\d{1,3}\.\d{1,3}\s)")
_ADDRESS: Final = re.compile(r"<?[^\s<>\"',;:]+@[^\s<>\"',;:)\]]+>?")
_FOLDED: Final = re.compile(r"\r?\n[ \t]+")
_SAYS_NOTHING: Final = frozenset({"0.0", "5.0", *BY_VAGUE_STATUS})
_NEVER_DEAD_AT: Final = "4"
_UNDEFINED: Final = "undefined"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a refusal comes to; `hard` says that the address will never take mail."""

    reason: str
    hard: bool
    reply_code: str = ""
    status: str = ""


def classify_reply(code: int | str | None, enhanced: str | None, text: str, *, command: str = "", hints: bool = True) -> Refusal:
    """Say why a server refused. `command` is what it answered to (CONN, EHLO, MAIL, RCPT, DATA), where known.

    Without `hints` single words count for nothing: for texts of which it is not sure that they speak of the refusal.
    """
    return _classified(str(code or ""), enhanced or "", text[:_LONGEST], command.upper(), hints)


@lru_cache(maxsize=512)
def _classified(code: str, enhanced: str, said: str, command: str, hints: bool) -> Refusal:  # noqa: FBT001 - a cache tells calls apart by place
    stated = status_in(said)
    status = stated or enhanced.strip()
    basic = code or code_in(said)
    line = plain(said)
    reason = _reason(line, status, stated, basic, command or command_in(said), enhanced)
    if reason == _UNDEFINED:
        reason = (_by_cue(line) if hints else "") or BY_CODE.get(basic) or (BY_VAGUE_STATUS.get(status[2:]) if hints else "") or _UNDEFINED
    return Refusal(reason, is_hard(reason, status, basic), basic, status)


def is_hard(reason: str, status: str, code: str = "") -> bool:
    """Tell whether mail to this address can stop. A domain that takes no mail at all for now may take some later."""
    if reason == "notaccept":
        return not (status or code).startswith(_NEVER_DEAD_AT)
    return reason in HARD


def status_in(text: str) -> str:
    """Return the enhanced status that a text states, preferring one that says something; "" when there is none."""
    found = [".".join(match) for match in _STATUS.findall(text)]
    telling = [status for status in found if status[2:] not in {"0.0", "5.0"}]
    return (telling or found or [""])[0]


def code_in(text: str) -> str:
    """Return the reply code that a text states, or ""."""
    match = _CODE.search(text)
    return match[1] if match else ""


@lru_cache(maxsize=64)
def command_in(text: str) -> str:
    """Return the command that was refused, as notices put it, or ""."""
    lowered = _FOLDED.sub(" ", text.casefold())
    return next((name for name, pattern in _commands() if pattern.search(lowered)), "")


def plain(text: str) -> str:
    """Return a reply on one line in lower-case, without continuation marks, addresses and what is said to everybody."""
    line = " ".join(text.casefold().replace("\u2019", "'").split())
    line = _ADDRESS.sub("<>", _CONTINUATION.sub(" ", line))
    return _any(*BOILERPLATE).sub(" ", line)


def _reason(text: str, status: str, stated: str, code: str, command: str, enhanced: str) -> str:
    found = _by_words(text)
    unknown = bool(_any(*UNKNOWN_RECIPIENT, *UNKNOWN_ABROAD).search(text)) and not (
        (status or code)[:1] == _NEVER_DEAD_AT and _any(*FOR_NOW).search(text)
    )
    if found and not (found in LOOSE and (unknown or _by_status(status) in HARD)):
        return found
    if unknown:
        return _unknown(status, command)
    by_status = _by_status(status) or ("" if stated[2:4] == "7." else _by_status(enhanced))
    if by_status == "userunknown" and command == "MAIL":
        return "rejected"
    if found or by_status:
        return found or by_status
    if _any(*REFUSED_RECIPIENT).search(text) and command in {"RCPT", ""} and (status or code)[:1] != _NEVER_DEAD_AT:
        return "userunknown" if command == "RCPT" or stated else "filtered"
    return BY_COMMAND.get(command) or _UNDEFINED


def _unknown(status: str, command: str) -> str:
    """Tell a recipient that does not exist from one refused after the content was seen: only the first is sure to be dead."""
    if command == "MAIL":
        return "rejected"
    return "userunknown" if status[2:4] == "1." or command == "RCPT" else "filtered"


def _by_words(text: str) -> str:
    return next((reason for reason, pattern in _phrases() if pattern.search(text)), "")


def _by_cue(text: str) -> str:
    return next((reason for reason, pattern in _cues() if pattern.search(text)), "")


def _by_status(status: str) -> str:
    """Return what an enhanced status alone says; a temporary one alone never says that an address is dead."""
    reason = "" if status[2:] in _SAYS_NOTHING else BY_STATUS.get(status[2:], "")
    return "expired" if reason in HARD and status.startswith(_NEVER_DEAD_AT) else reason


# Compiled when first asked for: most processes never read a reply, and to compile them all takes as long as to load the web server.
@cache
def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases))


@cache
def _phrases() -> list[tuple[str, re.Pattern[str]]]:
    return [(reason, _any(*phrases)) for reason, phrases in (*MARKS, *PHRASES, *LOCALIZED)]


@cache
def _cues() -> list[tuple[str, re.Pattern[str]]]:
    return [(reason, _any(*hints)) for reason, hints in CUES]


@cache
def _commands() -> list[tuple[str, re.Pattern[str]]]:
    return [(name, _any(*patterns)) for name, patterns in COMMANDS]


# Words so general that a telling status outweighs them.
LOOSE: Final = frozenset({"systemerror", "syntaxerror", "expired"})
