"""Zones in a dictionary, for rules that take a look-up."""

from __future__ import annotations

from collections.abc import Mapping

from server.domain.mail.zone import Answer, Lookup

FAILED = "SERVFAIL"


def looking(records: Mapping[tuple[str, str], tuple[str, ...] | str]) -> Lookup:
    """Return a look-up of these records: a text instead of records is the reason why nobody answers."""
    names = {name for name, _ in records}

    def lookup(name: str, kind: str) -> Answer:
        found = records.get((name, kind))
        if isinstance(found, str):
            return Answer("failed", reason=found)
        if found:
            return Answer("found", found)
        return Answer("absent" if any(one == name or one.endswith(f".{name}") for one in names) else "no_name")

    return lookup
