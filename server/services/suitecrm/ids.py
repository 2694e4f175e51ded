"""Ids as SuiteCRM's clients know them: UUIDs of 36 characters, the same 128 bits as in ours, so that no table maps them.

A record that came from SuiteCRM keeps the id it had there, as its external id `suitecrm`; that one goes first, both ways.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from server.domain.errors import Denied
from server.domain.permissions import permit
from server.services.search import title_of
from server.store import records, users
from server.system import ids

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.domain.actor import Actor
    from server.store.records import Document

SYSTEM: Final = "suitecrm"
USER: Final = "user"
_USER_PREFIX: Final = "usr"
_FIRST_USER: Final = "1"
"""The user that SuiteCRM is installed with; clients have this id written into them as the one who gets what they bring."""
ADMINISTRATORS: Final = ("owner", "admin")


def outside(record_id: str, external_ids: dict[str, str] | None = None) -> str:
    """Return the id that SuiteCRM's clients see for a record of ours."""
    known = (external_ids or {}).get(SYSTEM)
    if known:
        return known
    try:
        return str(ids.to_uuid(record_id))
    except ValueError:
        return record_id


def inside(actor: Actor, noun: str, text: str) -> str:
    """Return our id for one that a client sent; that there is such a record is *not* checked."""
    if noun == USER and text == _FIRST_USER:
        return users.earliest(actor.tenant_id, ADMINISTRATORS) or text
    if noun != USER:
        resource = records.by_noun()[noun]
        found = records.find_by_external_id(actor.tenant_id, actor.mode, resource, SYSTEM, text)
        if found is not None:
            return found
    prefix = _USER_PREFIX if noun == USER else records.by_noun()[noun].prefix
    try:
        return ids.from_uuid(prefix, UUID(text))
    except ValueError:
        return text


class View:
    """What a page of records refers to: looked up once for all of them, and only as far as the actor may read it."""

    def __init__(self, actor: Actor, documents: Iterable[Document]) -> None:
        """Look up everything that the documents name."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for document in documents:
            for noun, name in _references(document):
                if document.get(name):
                    wanted[noun].add(document[name])
        self._found: dict[str, dict[str, Document]] = {noun: _look_up(actor, noun, sorted(some)) for noun, some in wanted.items()}

    def record(self, noun: str, record_id: str | None) -> Document | None:
        """Return what an id refers to, as far as it is known."""
        return self._found.get(noun, {}).get(record_id or "")

    def id(self, noun: str, record_id: str | None) -> str:
        """Return the outside id of what is referred to, empty without a reference."""
        if not record_id:
            return ""
        found = self.record(noun, record_id)
        return outside(record_id, found.get("external_ids") if found else None)

    def name(self, noun: str, record_id: str | None) -> str:
        """Return what that is called, empty when it is gone or not for the actor's eyes."""
        found = self.record(noun, record_id)
        if found is None:
            return ""
        return str(found["name"] or found["email"]) if noun == USER else title_of(records.by_noun()[noun], found)


def _references(document: Document) -> list[tuple[str, str]]:
    """Return noun and field of everything that a record refers to."""
    resource = records.by_noun().get(document["object"])
    if resource is None:
        return []
    return [(USER, "owner_id"), *((kind.reference, name) for name, kind in resource.fields.items() if kind.reference)]


def _look_up(actor: Actor, noun: str, wanted: list[str]) -> dict[str, Any]:
    if noun == USER:
        return users.briefs(actor.tenant_id, wanted)
    resource = records.by_noun()[noun]
    try:
        permit(actor, f"{resource.scope}:read")
    except Denied:
        return {}
    return records.find_many(actor.tenant_id, actor.mode, resource, wanted)
