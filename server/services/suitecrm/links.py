"""Links between beans: listing, relating and parting them. Behind each stands one reference from one record to another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from server.domain.errors import Denied, Invalid, Missing
from server.domain.filters import All, Any_, Condition
from server.domain.hints import near_miss
from server.services.suitecrm import beans
from server.services.suitecrm.modules import MODULES
from server.store import database

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.domain.filters import Node
    from server.services.suitecrm.beans import Reading
    from server.services.suitecrm.declaration import Link, Module
    from server.services.suitecrm.translate import Bean
    from server.store.records import Document


def link_of(module: Module, name: str) -> Link:
    """Return a link of a module. Raises Invalid."""
    found = module.links.get(name)
    if found is None:
        detail = f"Cannot load relationship {name[:100]} for module {module.name}.{near_miss(name, module.links)}"
        raise Invalid(detail, code="unknown_relationship")
    return found


def link_to(module: Module, related: Module) -> Link:
    """Return the first link of a module to another one. Raises Invalid."""
    found = next((link for link in module.links.values() if link.module == related.name), None)
    if found is None:
        raise Invalid(f"There is no relationship between {module.name} and {related.name}.", code="unknown_relationship")
    return found


def window(actor: Actor, module: Module, bean_id: str, link: Link, reading: Reading) -> tuple[list[Bean], int]:
    """Return a window of the beans behind a link, and how many there are. Raises Missing."""
    related = _related_test(beans.document(actor, module, bean_id), link)
    if related is None:
        return [], 0
    both = All((related, reading.where)) if reading.where is not None else related
    return beans.window(actor, MODULES[link.module], replace(reading, where=both))


def _related_test(found: Document, link: Link) -> Node | None:
    if link.ours:
        wanted = [one for one in (found[link.field], *_further(found, link)) if one]
        return Condition(("id",), "in", tuple(wanted)) if wanted else None
    first = Condition((link.field,), "eq", found["id"])
    if not link.further:
        return first
    return Any_((first, Condition(("custom", link.further), "like", f"%{found['id']}%")))


def _further(holder: Document, link: Link) -> list[str]:
    """Return the ids that a record refers to besides the one in its field."""
    return str(holder["custom"].get(link.further) or "").split() if link.further else []


def _put(actor: Actor, holding: Module, holder: Document, link: Link, ids: list[str]) -> None:
    """Refer to these records: the first by the field, the others beside it."""
    patch: Document = {link.field: ids[0] if ids else None}
    if link.further:
        patch["custom"] = {link.further: " ".join(ids[1:]) or None}
    beans.change(actor, holding, holder, patch)


def relate(actor: Actor, module: Module, bean_id: str, link: Link, related_id: str) -> None:
    """Relate two beans; that they are already is no fault. Where there is room for one only, it takes the other's place. Raises Missing."""
    with database.transaction():
        holder, held, holding = _ends(actor, module, bean_id, link, related_id)
        before = [one for one in (holder[link.field], *_further(holder, link)) if one]
        if held["id"] not in before:
            _put(actor, holding, holder, link, [*before, held["id"]] if link.further else [held["id"]])


def part(actor: Actor, module: Module, bean_id: str, link: Link, related_id: str) -> None:
    """Part two beans. Raises Missing, also when they are not related."""
    with database.transaction():
        holder, held, holding = _ends(actor, module, bean_id, link, related_id)
        before = [one for one in (holder[link.field], *_further(holder, link)) if one]
        if held["id"] not in before:
            raise Missing(f"There is no relationship between {bean_id[:100]} and {related_id[:100]} by {link.name}.", code="not_related")
        _put(actor, holding, holder, link, [one for one in before if one != held["id"]])


def _ends(actor: Actor, module: Module, bean_id: str, link: Link, related_id: str) -> tuple[Document, Document, Module]:
    """Return the document that holds the reference, the one it refers to, and the first one's module."""
    related = MODULES[link.module]
    here, there = beans.document(actor, module, bean_id), beans.document(actor, related, related_id)
    if module.resource is None and link.ours:
        raise Denied("Users are made and changed in the console, not here.", code="users_are_read_only")
    return (here, there, module) if link.ours else (there, here, related)
