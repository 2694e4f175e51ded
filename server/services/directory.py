"""The directory: operators find tenants, users and keys of the whole appliance by a piece of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from server.domain.blanks import trimmed
from server.domain.errors import Fault, Invalid
from server.services.tenants import require_operator
from server.store import directory

if TYPE_CHECKING:
    from server.domain.actor import Actor

LONGEST: Final = 200


class FoundView(BaseModel):
    """One thing that was found; `object` says what `id` names."""

    object: str
    id: str
    tenant_id: str | None
    title: str
    detail: str


def search(actor: Actor, text: str, limit: int) -> list[dict[str, Any]]:
    """Return what is called like this, at most `limit` of each kind. Raises Invalid for nothing to look for."""
    require_operator(actor)
    plain = trimmed(text)
    if not plain or len(plain) > LONGEST:
        raise Invalid("Say what to look for.", faults=[Fault("q", "invalid_parameter", f"1 to {LONGEST} characters are needed.")])
    return [
        {"object": noun, "id": found, "tenant_id": tenant_id, "title": title, "detail": detail}
        for noun, found, tenant_id, title, detail in directory.search(plain, limit)
    ]
