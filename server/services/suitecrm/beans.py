"""Reading and writing the records of modules: what both wire formats do, over the same services as the native API."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from server.domain.errors import Conflict, Denied, Invalid, Missing
from server.domain.filters import All, Condition, Sort, conditions
from server.domain.permissions import permit
from server.services import records as service
from server.services.suitecrm import forms, people, translate
from server.services.suitecrm.declaration import own_path
from server.services.suitecrm.ids import SYSTEM, inside, outside
from server.store import custom_fields, database, records, windows
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from server.domain.actor import Actor
    from server.domain.filters import Node
    from server.services.suitecrm.declaration import Module
    from server.services.suitecrm.translate import Bean
    from server.store.records import Document

NEWEST_FIRST: Final = (Sort(("created_at",), descending=True),)
ENTERED: Final = "date_entered"
_TRUE: Final = frozenset({"1", "true"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What is asked of a list: a test, an order, which part of it, and which fields, all when `names` is None."""

    where: Node | None = None
    sort: Sequence[Sort] = ()
    offset: int = 0
    limit: int = 20
    names: Collection[str] | None = None


def get(actor: Actor, module: Module, bean_id: str, names: Collection[str] | None = None) -> Bean:
    """Return one bean. Raises Missing."""
    return shown(actor, module, [document(actor, module, bean_id)], names)[0]


def shown(actor: Actor, module: Module, documents: Sequence[Document], names: Collection[str] | None = None) -> list[Bean]:
    """Return documents of a module as beans."""
    return translate.beans(actor, translate.fields_of(actor, module), documents, names)


def document(actor: Actor, module: Module, bean_id: str) -> Document:
    """Return the document of a bean. Raises Missing, also for one of another module."""
    found = find(actor, module, inside(actor, module.noun, bean_id))
    if found is None:
        raise Missing(f"{module.object} bean with id {bean_id[:100]} is not found.")
    return found


def find(actor: Actor, module: Module, record_id: str) -> Document | None:
    """Return a document of a module by our id, or None."""
    if module.resource is None:
        return people.find(actor, record_id)
    permit(actor, f"{module.scope}:read")
    found = records.find(actor.tenant_id, actor.mode, module.resource, record_id)
    return found if found is not None and belongs(module, found) else None


def belongs(module: Module, found: Document) -> bool:
    """Tell whether a document of the module's resource is one of the module."""
    if not isinstance(module.only, Condition):
        return True
    same = found.get(module.only.path[0]) == module.only.value
    return same if module.only.operator == "eq" else not same


def window(actor: Actor, module: Module, reading: Reading) -> tuple[list[Bean], int]:
    """Return a window of a module's beans and how many there are; deleted ones are not among them unless the test asks for them."""
    where, sort = reading.where, reading.sort
    if module.resource is None:
        found, total = people.window(actor, where, sort, reading.offset, reading.limit)
        return shown(actor, module, found, reading.names), total
    permit(actor, f"{module.scope}:read")
    _permit_relations(actor, module, where)
    tests = tuple(one for one in (module.only, where) if one is not None)
    found, total = windows.window(
        actor.tenant_id,
        actor.mode,
        module.resource,
        where=All(tests) if tests else None,
        sort=sort or NEWEST_FIRST,
        offset=reading.offset,
        limit=reading.limit,
        custom=custom_fields.types(actor.tenant_id, actor.mode),
    )
    return shown(actor, module, found, reading.names), total


def count(actor: Actor, module: Module, where: Node | None = None) -> int:
    """Return how many beans pass a test."""
    return window(actor, module, Reading(where, limit=0))[1]


def _permit_relations(actor: Actor, module: Module, where: Node | None) -> None:
    """Raise Denied for looking through a reference at what the actor may not read."""
    fields = module.resource.fields if module.resource else {}
    for name in {one.path[0] for one in conditions(where)}:
        kind = fields.get(f"{name}_id")
        if kind is not None and kind.reference:
            permit(actor, f"{records.by_noun()[kind.reference].scope}:read")


def create(actor: Actor, module: Module, values: Mapping[str, Any]) -> Bean:
    """Create a bean; an `id` among the values is kept as the one it is known by, and a `date_entered` as its beginning.

    Raises Conflict when there is one with this id already.
    """
    resource = _writable(actor, module)
    given = {name: value for name, value in values.items() if name != "id"}
    entered_ms = _entered_ms(values.get(ENTERED))
    with database.transaction():
        body = {**translate.patch(actor, module, given, {}), **module.always}
        if values.get("id"):
            bean_id = str(values["id"])
            if records.existing(actor.tenant_id, actor.mode, resource, [inside(actor, module.noun, bean_id)]):
                raise Conflict(f"Bean {module.name} with id {bean_id[:100]} is already exist.")
            body["external_ids"] = {SYSTEM: _one_spelling(bean_id)}
        with _in_their_words(module):
            made = service.create(actor, resource, body, entered_ms=entered_ms)
    return shown(actor, module, [made])[0]


@contextmanager
def _in_their_words(module: Module) -> Iterator[None]:
    """Let what is wrong with a record be said of the module's fields, which are all that the client knows."""
    try:
        yield
    except Invalid as error:
        error.faults = tuple(replace(fault, pointer=_field_at(module, fault.pointer)) for fault in error.faults)
        raise


def _field_at(module: Module, pointer: str) -> str:
    """Return the field that lies at a pointer into our record, or the pointer where none does."""
    path = tuple(pointer.strip("/").split("/"))
    return next((field.name for field in module.fields.values() if own_path(field) in {path, path[:1]}), pointer)


def _entered_ms(value: Any) -> int | None:
    """Return when a bean was first entered, None for now; nothing is entered in the future. Raises Invalid."""
    text = forms.text_of(ENTERED, value)
    return min(forms.moment_ms(text), clock.now_ms()) if text else None


def _one_spelling(bean_id: str) -> str:
    """Return a UUID in its one spelling; SuiteCRM also takes ids that are none."""
    try:
        return str(UUID(bean_id))
    except ValueError:
        return bean_id


def update(actor: Actor, module: Module, bean_id: str, values: Mapping[str, Any]) -> Bean:
    """Change a bean; `deleted` among the values deletes it, and what is returned says so. Raises Missing."""
    resource = _writable(actor, module)
    given = {name: value for name, value in values.items() if name != "id"}
    with database.transaction():
        before = document(actor, module, bean_id)
        patch = {**translate.patch(actor, module, given, before), **module.always}
        with _in_their_words(module):
            after = service.update(actor, resource, before["id"], patch)
        if str(values.get("deleted", "")).lower() in _TRUE:
            service.remove(actor, resource, after["id"])
            return {**shown(actor, module, [after])[0], "deleted": "1"}
    return shown(actor, module, [after])[0]


def change(actor: Actor, module: Module, found: Document, patch: Document) -> None:
    """Merge a patch in our own terms into a document of a module."""
    service.update(actor, _writable(actor, module), found["id"], patch)


def remove(actor: Actor, module: Module, bean_id: str) -> None:
    """Delete a bean softly. Raises Missing."""
    resource = _writable(actor, module)
    with database.transaction():
        service.remove(actor, resource, document(actor, module, bean_id)["id"])


def _writable(actor: Actor, module: Module) -> Any:
    if module.resource is None:
        raise Denied("Users are made and changed in the console, not here.", code="users_are_read_only")
    permit(actor, f"{module.scope}:write")
    return module.resource


def outside_id(found: Document) -> str:
    """Return the id that clients know a document by."""
    return outside(found["id"], found.get("external_ids"))
