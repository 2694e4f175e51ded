"""What an activity belongs to: SuiteCRM knows one parent of any module, we know a field for each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from server.store.records import Document

# Module, the field that refers to it, and its noun; what stands first is shown first.
PARENTS: Final = (("Opportunities", "deal_id", "deal"), ("Accounts", "company_id", "company"), ("Contacts", "contact_id", "contact"))


def parent_of(document: Document) -> tuple[str, str, str] | None:
    """Return module, field and noun of what an activity belongs to in the first place, or None."""
    return next((one for one in PARENTS if document.get(one[1])), None)
