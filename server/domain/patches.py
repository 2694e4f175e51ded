"""Changing records: JSON merge patch (RFC 7396), and the list of what a change changed. Neither touches its arguments."""

from __future__ import annotations

from typing import Any


def merge(target: Any, patch: Any) -> Any:
    """Return the target with the patch applied; null removes a member, and anything but an object replaces the whole."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), value)
    return merged


def changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """Return `{field: [old, new]}` for each field that differs; one that is absent counts as None."""
    names = dict.fromkeys((*before, *after))
    return {name: [before.get(name), after.get(name)] for name in names if _differ(before.get(name), after.get(name))}


def _differ(old: Any, new: Any) -> bool:
    # To Python True is 1; to whoever reads the change it is not.
    return bool(old != new) or isinstance(old, bool) is not isinstance(new, bool)
