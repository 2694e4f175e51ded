"""What earlier rows of a dry run would have done. Each batch is rolled back, so a later row that leans on an earlier one needs it played again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from server.store.scratch import Scratch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Rehearsal:
    """Bodies of the rows so far, by everything that they can be found by."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._scratch = Scratch()

    def earlier(self, identities: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Yield what rows with any of these identities have come to."""
        keys = dict.fromkeys(key for identity in identities if (key := self._scratch.get(f"key {identity}")))
        for key in keys:
            yield orjson.loads(self._scratch.get(f"body {key}") or "{}")

    def remember(self, identities: Sequence[str], body: dict[str, Any]) -> None:
        """Keep a row that would have been written; the first identity is the one that it is found by."""
        if not identities:
            return
        key = self._scratch.get(f"key {identities[0]}") or identities[0]
        before = orjson.loads(self._scratch.get(f"body {key}") or "{}")
        self._scratch.put(f"body {key}", orjson.dumps(_laid_over(before, body)).decode())
        for identity in identities:
            self._scratch.put(f"key {identity}", key)

    def first_time(self, what: str) -> bool:
        """Tell whether something happens for the first time."""
        new = self._scratch.get(f"seen {what}") is None
        if new:
            self._scratch.put(f"seen {what}", "")
        return new

    def close(self) -> None:
        """Forget everything."""
        self._scratch.close()


def _laid_over(before: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """Return one body for two patches, one after the other; a null stays, for it clears what a record has."""
    found = dict(before)
    for name, value in body.items():
        under = found.get(name)
        found[name] = _laid_over(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return found
