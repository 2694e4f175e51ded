"""The life of DKIM keys: published before they sign, and for a week after, so that a rotation leaves no mail unverifiable.

    pending     its record is not seen yet
    verified    its record was seen; it signs once that was so for a while, at once where no other key of its kind does
    active      it signs
    retiring    another signs; what this one signed may still be under way
    retired     its record may go; its private half is gone

Once a key of a kind is active, one always is, and only one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

State = Literal["pending", "verified", "active", "retiring", "retired"]
SETTLE_MS: Final = 15 * 60_000
KEPT_MS: Final = 7 * 86_400_000
AGED_MS: Final = 180 * 86_400_000


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a key stands: `since_ms` is when it came into its state."""

    id: str
    algorithm: str
    state: State
    since_ms: int


def steps(keys: Sequence[Turn], seen: Mapping[str, bool], now_ms: int) -> dict[str, State]:
    """Return the new states of those keys that take a step; `seen` says whether a key's record is there, and nothing where nobody knows."""
    found: dict[str, State] = {}
    for algorithm in {key.algorithm for key in keys}:
        found |= _steps([key for key in keys if key.algorithm == algorithm], seen, now_ms)
    return found


def _steps(keys: Sequence[Turn], seen: Mapping[str, bool], now_ms: int) -> dict[str, State]:
    found = {key.id: state for key in keys if (state := _alone(key, seen.get(key.id), now_ms)) != key.state}
    signing = [key for key in keys if key.state == "active"]
    ready = [key for key in keys if seen.get(key.id) and (_settled(key, now_ms) if signing else key.state in {"pending", "verified"})]
    if ready:
        found |= dict.fromkeys((key.id for key in signing), "retiring")
        found[ready[-1].id] = "active"
    return found


def _settled(key: Turn, now_ms: int) -> bool:
    return key.state == "verified" and key.since_ms + SETTLE_MS <= now_ms


def _alone(key: Turn, seen: bool | None, now_ms: int) -> State:  # noqa: FBT001 - the value looked up in `seen`
    """Return the step that a key takes whatever the others do."""
    if key.state == "pending" and seen:
        return "verified"
    if key.state == "verified" and seen is False:
        return "pending"
    if key.state == "retiring" and key.since_ms + KEPT_MS <= now_ms:
        return "retired"
    return key.state
