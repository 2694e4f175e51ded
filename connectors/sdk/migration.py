"""What a new version of a connector does to the config and the cursors of installations: one step up and one back per state version.

Going up and back again leaves everything as it was, so that a downgrade needs no reset.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Kept = Mapping[str, Any]


def unchanged(kept: Kept) -> Kept:
    """Return it as it is."""
    return kept


@dataclass(frozen=True)
class Migration:
    """The step from version n-1 to n, and back; each function returns a new value. `cursor` sees one resource's cursor at a time."""

    config: Callable[[Kept], Kept] = unchanged
    config_back: Callable[[Kept], Kept] = unchanged
    cursor: Callable[[Kept], Kept] = unchanged
    cursor_back: Callable[[Kept], Kept] = unchanged


def migrate(
    migrations: Mapping[int, Migration], config: Kept, cursors: Mapping[str, Kept | None], before: int, after: int
) -> tuple[Kept, dict[str, Kept | None]]:
    """Return config and cursors as another state version wants them, one version at a time, up or down."""
    moved = dict(cursors)
    up = after > before
    for version in range(before + 1, after + 1) if up else range(before, after, -1):
        step = migrations.get(version, Migration())
        config = (step.config if up else step.config_back)(config)
        change = step.cursor if up else step.cursor_back
        moved = {name: None if cursor is None else change(cursor) for name, cursor in moved.items()}
    return config, moved
