"""A change in the making: fields of SuiteCRM's are put into it one by one, and what they say together is settled at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from server.domain.errors import Invalid
from server.services.suitecrm.forms import Path
from server.services.suitecrm.ids import inside
from server.services.suitecrm.parents import PARENTS, parent_of
from server.store import tenants
from server.system import clock

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.store.records import Document


@dataclass(slots=True)
class Draft:
    """A merge patch (RFC 7396) for a record; `before` is what it is now, empty for a new one, `later` waits for other fields."""

    actor: Actor
    before: Document
    patch: Document = field(default_factory=dict)
    later: dict[str, str] = field(default_factory=dict)

    def put(self, path: Path, value: Any) -> None:
        """Write a value at a path."""
        at = self.patch
        for part in path[:-1]:
            at = at.setdefault(part, {})
        at[path[-1]] = value

    def now(self, name: str) -> Any:
        """Return a field as it will be."""
        return self.patch[name] if name in self.patch else self.before.get(name)

    def currency(self) -> str:
        """Return the tenant's own currency."""
        found = tenants.find(self.actor.tenant_id)
        return str(found["currency"]) if found else "EUR"

    def settled(self) -> Document:
        """Return the patch once everything is in it."""
        self._settle_duration()
        self._settle_parent()
        return self.patch

    def _settle_duration(self) -> None:
        """Let an activity end when its beginning and duration say so; an end that was given itself counts more."""
        given = [self.later.get(f"duration_{part}") for part in ("hours", "minutes")]
        starts = self.now("starts_at")
        if self.patch.get("ends_at") or not starts:
            return
        if any(given):
            hours, minutes = (int(part or 0) for part in given)
            self.put(("ends_at",), clock.rfc3339(clock.parse_rfc3339(starts) + (hours * 60 + minutes) * 60_000))
        elif "starts_at" in self.patch and self.before.get("starts_at") and self.before.get("ends_at"):
            lasts = clock.parse_rfc3339(self.before["ends_at"]) - clock.parse_rfc3339(self.before["starts_at"])
            self.put(("ends_at",), clock.rfc3339(clock.parse_rfc3339(starts) + lasts))

    def _settle_parent(self) -> None:
        """Refer to the parent that was named, and no longer to the one that was shown before."""
        record_id = self.later.get("parent_id")
        if record_id is None:
            return
        shown = parent_of(self.before)
        if not record_id:
            if shown:
                self.put((shown[1],), None)
            return
        module, name, noun = self._parent(shown)
        mine = inside(self.actor, noun, record_id)
        if self.before.get(name) == mine and shown is not None and shown[1] == name:
            return
        for _, shown_first, _ in PARENTS[: [one[0] for one in PARENTS].index(module)]:
            if self.before.get(shown_first):
                self.put((shown_first,), None)
        self.put((name,), mine)

    def _parent(self, shown: tuple[str, str, str] | None) -> tuple[str, str, str]:
        named = self.later.get("parent_type") or (shown[0] if shown else "")
        found = next((one for one in PARENTS if one[0] == ("Contacts" if named == "Leads" else named)), None)
        if found is None:
            known = ", ".join([*(one[0] for one in PARENTS), "Leads"])
            raise Invalid(f"The parent_type has to be one of {known}.", code="invalid_value")
        return found
