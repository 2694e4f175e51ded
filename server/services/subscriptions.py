"""Which webhooks want an event by what it says, and in which line each of them gets it.

Decided when the event is made, in its transaction: what a filter refuses is never owed, so it can neither be pending nor held.
Events that were refused while a filter was narrower can still be had by a replay of what is missing.
"""

from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from server.domain import payload_filters
from server.store import webhooks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.domain.filters import Node

_REMEMBER_SECONDS: Final = 1.0
PLAIN: Final = "{}"
"""The options of a webhook that takes everything, as it comes."""
_LONGEST_KEY: Final = 200


class _Rules(NamedTuple):
    filter: Node | None
    ordering: tuple[str, ...] | None


@lru_cache(maxsize=1024)
def _rules(options: str) -> _Rules:
    chosen = orjson.loads(options)
    key = chosen["ordering"]["key"] if chosen.get("ordering") else None
    return _Rules(
        payload_filters.parse(chosen["filter"]) if chosen.get("filter") else None,
        None if key is None else tuple(part for part in key.removeprefix("data.").split(".") if part),
    )


class Asked:
    """Who asks for types that no pattern of many matches, as of a second ago at most: finding out takes a look at every webhook."""

    def __init__(self, *types: str) -> None:
        """Know nothing yet."""
        self._types = types
        self._found: dict[str, set[tuple[str, str]]] = {}
        self._at = float("-inf")

    def by(self) -> dict[str, set[tuple[str, str]]]:
        """Return the tenants and modes that ask, by type; empty when nobody asks for any."""
        if time.monotonic() - self._at > _REMEMBER_SECONDS:
            self._found = {name: found for name in self._types if (found := webhooks.wanting(name))}
            self._at = time.monotonic()
        return self._found


def wants(options: str, detail: Mapping[str, Any]) -> bool:
    """Tell whether a webhook's filter, if it has one, takes an event with this `data`."""
    wanted = _rules(options).filter
    return wanted is None or payload_filters.holds(wanted, detail)


def ordering_key_of(options: str, detail: Mapping[str, Any]) -> str | None:
    """Return which line a delivery stands in, None where there is no order; whatever has no such value stands in one line together."""
    path = _rules(options).ordering
    if path is None:
        return None
    found = payload_filters.values_at(detail, path) if path else []
    return "/".join(str(one) for one in found if not isinstance(one, dict))[:_LONGEST_KEY]
