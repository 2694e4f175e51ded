"""What a run has done so far, as counts that are committed with its pages."""

from __future__ import annotations

from collections import Counter
from typing import Final

READ: Final = ("read", "created", "updated", "unchanged", "deleted")
SENT: Final = ("sent_created", "sent_updated", "sent_deleted")
LINKS: Final = ("linked", "awaited")
"""Links that were made by reading, and those whose other end is not here yet: that is nobody's fault and no trouble."""
TROUBLE: Final = ("quarantined", "conflicts", "held", "unknown")
ALL: Final = (*READ, *SENT, *LINKS, *TROUBLE)


class Counts(Counter[str]):
    """Counts by name; all of them are shown, also those that are nought."""

    def shown(self) -> dict[str, int]:
        """Return every count."""
        return {name: self[name] for name in ALL}

    @property
    def changed(self) -> int:
        """How many records of ours were changed by reading."""
        return self["created"] + self["updated"] + self["deleted"]

    @property
    def has_warnings(self) -> bool:
        """Whether something waits for a person."""
        return any(self[name] for name in TROUBLE)
