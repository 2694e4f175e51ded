"""What name servers say: an answer that tells "there is none" from "nobody could say", and the tag lists that mail keeps in TXT records.

A rule that needs the DNS takes a `Lookup`; a failed one is never taken for an absent record.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

State = Literal["found", "absent", "no_name", "failed"]
QUOTED: Final = 255


@dataclass(frozen=True, slots=True)
class Answer:
    """Records of one name and kind: `absent` is a name without such records, `no_name` no name at all, `failed` no answer, with its reason.

    Texts are as a zone file has them, names without the last dot, and the strings of one TXT record joined.
    """

    state: State
    texts: tuple[str, ...] = ()
    reason: str = ""


Lookup = Callable[[str, str], Answer]


@dataclass(frozen=True, slots=True)
class Record:
    """A record to paste into a zone; `zone_line` is how a zone file writes it."""

    type: str
    name: str
    value: str

    @property
    def zone_line(self) -> str:
        """Return the line for a zone file: a long text goes in strings of at most 255 characters."""
        return f"{self.name}. IN {self.type} {self._in_a_zone()}"

    def _in_a_zone(self) -> str:
        if self.type == "TXT":
            return " ".join(f'"{self.value[place : place + QUOTED]}"' for place in range(0, len(self.value), QUOTED))
        return self.value + ("." if self.type in {"CNAME", "MX", "PTR"} else "")


def tags(text: str) -> dict[str, str] | None:
    """Return the `name=value` pairs of a tag list (RFC 6376 section 3.2), names in lower case; None when it is none or has one twice."""
    found: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        name = name.strip().lower()
        if not part.strip():
            continue
        if not equals or not name or name in found:
            return None
        found[name] = value.strip()
    return found


def versioned(answer: Answer, version: str) -> list[str]:
    """Return the texts that begin with a version such as `v=DMARC1`, as a whole tag."""
    wanted = version.lower()
    return [text for text in answer.texts if text.partition(";")[0].replace(" ", "").lower() == wanted]
