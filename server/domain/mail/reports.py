"""Delivery status fields (RFC 3464) wherever they stand: in their own part, in plain text, in a part whose boundary is broken.

A group of fields is read per recipient; what stands in front of the first group is about the message as a whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_LONGEST: Final = 512 * 1024
_MOST_RECIPIENTS: Final = 1000
_FIELD: Final = re.compile(r"^[ \t]{0,8}([A-Za-z][A-Za-z0-9-]{2,40})[ \t]*:[ \t]?(.*)$")
_KNOWN: Final = frozenset({
    "final-recipient", "original-recipient", "action", "status", "diagnostic-code", "remote-mta", "last-attempt-date", "will-retry-until",
    "final-log-id", "x-actual-recipient", "x-powermta-bouncecategory", "reporting-mta", "received-from-mta", "arrival-date", "original-envelope-id",
    "x-postfix-queue-id", "x-postfix-sender", "dsn-gateway", "x-original-message-id", "x-display-name",
})  # fmt: skip
_ADDRESS: Final = re.compile(r"[^\s<>;,:\"()\[\]]+@[^\s<>;,:\"()\[\]]+|\"[^\"\n]{1,64}\"@[^\s<>;,()]+")


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """What a report says of one recipient; each field as it stands there, "" when it does not."""

    address: str
    original: str = ""
    action: str = ""
    status: str = ""
    diagnostic: str = ""
    kind: str = ""
    category: str = ""


def delivery_statuses(text: str) -> list[DeliveryStatus]:
    """Return what a text says about each recipient in fields of RFC 3464, in order."""
    groups: list[dict[str, str]] = [{}]
    last = ""
    for line in text[:_LONGEST].splitlines():
        match = _FIELD.match(line)
        name = match[1].casefold() if match else ""
        if match and name in _KNOWN:
            _begin(groups, name)
            groups[-1].setdefault(name, match[2].strip())
            last = name
        elif last and line[:1] in {" ", "\t"} and line.strip():
            groups[-1][last] = f"{groups[-1][last]} {line.strip()}"[:8000]
        elif not line.strip():
            last = ""
            groups.append({})
    return [one for group in _joined(groups)[:_MOST_RECIPIENTS] if (one := _of(group))]


def _begin(groups: list[dict[str, str]], name: str) -> None:
    """Open a new group where a field repeats: some write recipients without an empty line between."""
    if name in groups[-1]:
        groups.append({})


def _joined(groups: list[dict[str, str]]) -> list[dict[str, str]]:
    """Join a group without a recipient to the one before: an empty line inside of a recipient's fields is a common slip."""
    joined: list[dict[str, str]] = []
    for group in (group for group in groups if group):
        named = "final-recipient" in group or "original-recipient" in group
        if joined and not named and not (set(group) & set(joined[-1])):
            joined[-1].update(group)
        else:
            joined.append(dict(group))
    return joined


def _of(group: dict[str, str]) -> DeliveryStatus | None:
    final, original = _address(group.get("final-recipient", "")), _address(group.get("original-recipient", ""))
    actual = _address(group.get("x-actual-recipient", ""))
    if not (final or original or actual) or not (set(group) & {"action", "status", "diagnostic-code"}):
        return None
    kind, _, said = group.get("diagnostic-code", "").partition(";")
    if not said:
        kind, said = "", kind
    program = group.get("x-actual-recipient", "").casefold().startswith("x-unix")
    return DeliveryStatus(
        final or original or actual, original, group.get("action", "").split("(")[0].strip().casefold(), group.get("status", ""),
        said.strip(), "x-unix" if program else kind.strip().casefold(), group.get("x-powermta-bouncecategory", "").casefold(),
    )  # fmt: skip


def _address(value: str) -> str:
    """Return the address of `rfc822; a@b.c`; a source route before it is dropped."""
    found = _ADDRESS.findall(value.partition(";")[2] or value)
    return found[-1].strip("<>.") if found else ""
