"""The Authentication-Results header (RFC 8601): what we found out about a message, for whoever reads it after us.

Every value is quoted where it is no token, so that nothing in a message can write a result of its own into it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(r"[A-Za-z0-9!#$&'*+.^_`{|}~-]+(?:@[A-Za-z0-9.-]+)?")
_UNSAFE = re.compile(r"[^\x20-\x7e]")


@dataclass(frozen=True, slots=True)
class Said:
    """One result: `properties` are such as `header.d` and their values."""

    method: str
    result: str
    reason: str = ""
    properties: dict[str, str] = field(default_factory=dict)


def header(authserv_id: str, found: list[Said]) -> bytes:
    """Return the header with its line end; `authserv_id` names who looked."""
    parts = [_value(authserv_id) or "unknown", *(_result(one) for one in found)]
    return ("Authentication-Results: " + ";\r\n\t".join(parts) + "\r\n").encode("ascii")


def _result(said: Said) -> str:
    reason = f" reason={_quoted(said.reason)}" if said.reason else ""
    properties = "".join(f" {name}={_value(value)}" for name, value in said.properties.items() if value)
    return f"{said.method}={said.result}{reason}{properties}"


def _value(text: str) -> str:
    return text if _TOKEN.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    plain = _UNSAFE.sub("?", text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'
