"""Entries: reading, listing, counting and writing the records of modules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Denied, Missing
from server.domain.filters import All, Condition
from server.services.suitecrm import beans, translate
from server.services.suitecrm.beans import Reading
from server.services.suitecrm.v4_1 import queries, shapes
from server.services.suitecrm.v4_1.callers import module_of
from server.services.suitecrm.v4_1.relationships import related_of
from server.store import database

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.actor import Actor
    from server.services.suitecrm.declaration import Module
    from server.services.suitecrm.translate import Bean
    from server.services.suitecrm.v4_1.callers import Caller, Given

PAGE: Final = 20
LARGEST_PAGE: Final = 5000
"""Some clients add what they asked for to the offset, not what came; few ask for more than this."""
LARGEST_LINKED_PAGE: Final = 1000
_TRUE: Final = frozenset({"1", "true"})
Links = list[tuple[str, list[str]]]


def get_entry(caller: Caller, given: Given) -> dict[str, Any]:
    """Return one record, or an entry that says it is gone."""
    module = module_of(given["module_name"])
    found, linked = _entries(caller.actor, module, [given["id"]], given["select_fields"], given["link_name_to_fields_array"])
    return {"entry_list": found, "relationship_list": [shapes.unwrapped(one) for one in linked]}


def get_entries(caller: Caller, given: Given) -> dict[str, Any]:
    """Return several records, or entries that say they are gone."""
    module = module_of(given["module_name"])
    found, linked = _entries(caller.actor, module, given["ids"], given["select_fields"], given["link_name_to_fields_array"])
    return {"entry_list": found, "relationship_list": [shapes.wrapped(one) for one in linked]}


def _entries(
    actor: Actor, module: Module, ids: Sequence[str], names: Sequence[str], links: Links
) -> tuple[list[dict[str, Any]], list[dict[str, list[shapes.Pairs]]]]:
    found, linked = [], []
    for bean_id in ids:
        try:
            bean = beans.get(actor, module, bean_id, names or None)
        except Missing:
            found.append(shapes.gone(module, bean_id))
            continue
        found.append(shapes.entry(module, bean, names))
        if links:
            linked.append(related_of(actor, module, bean["id"], links))
    return found, linked


def get_entry_list(caller: Caller, given: Given) -> dict[str, Any]:
    """Return the records that a query finds, from an offset on."""
    module = module_of(given["module_name"])
    where = queries.condition(caller.actor, module, given["query"], deleted=bool(given["deleted"]))
    sort = queries.order(caller.actor, module, given["order_by"])
    links = given["link_name_to_fields_array"]
    limit = min(given["max_results"] or PAGE, LARGEST_LINKED_PAGE if links else LARGEST_PAGE)
    with queries.refusing():
        found, total = beans.window(caller.actor, module, Reading(where, sort, given["offset"], limit, given["select_fields"] or None))
    linked = [shapes.wrapped(related_of(caller.actor, module, bean["id"], links)) for bean in found] if links else []
    return {
        "result_count": len(found),
        "total_count": total,
        "next_offset": given["offset"] + len(found),
        "entry_list": [shapes.entry(module, bean, given["select_fields"]) for bean in found],
        "relationship_list": linked,
    }


def get_entries_count(caller: Caller, given: Given) -> dict[str, str]:
    """Return how many records a query finds, as text."""
    module = module_of(given["module_name"])
    where = queries.condition(caller.actor, module, given["query"], deleted=bool(given["deleted"]))
    with queries.refusing():
        return {"result_count": str(beans.window(caller.actor, module, Reading(where, limit=0))[1])}


def set_entry(caller: Caller, given: Given) -> dict[str, Any]:
    """Create a record, change the one whose `id` is given, or delete it with `deleted`; answers with the fields that were sent."""
    module = module_of(given["module_name"])
    bean = _written(caller.actor, module, given["name_value_list"])
    return {"id": bean["id"], "entry_list": shapes.pairs(bean, [*given["name_value_list"], "id"])}


def set_entries(caller: Caller, given: Given) -> dict[str, list[str]]:
    """Write several records, all or none; a contact that is there already is not made again. Rows that may not be written have no id."""
    module = module_of(given["module_name"])
    try:
        with database.transaction():
            return {"ids": [_written_once(caller.actor, module, values) for values in given["name_value_lists"]]}
    except Denied:
        return {"ids": []}


def _written_once(actor: Actor, module: Module, values: Mapping[str, Any]) -> str:
    twin = _twin(actor, module, values)
    return twin or _written(actor, module, values)["id"]


def _twin(actor: Actor, module: Module, values: Mapping[str, Any]) -> str | None:
    """Return the id of a contact with the same name and address, None when there is none or it cannot be told."""
    names = ("first_name", "last_name", "email1")
    if module.name != "Contacts" or values.get("id") or not all(isinstance(values.get(name), str) and values[name] for name in names):
        return None
    fields = translate.fields_of(actor, module)
    tests = tuple(translate.condition(actor, module, fields, name, "eq", str(values[name]).strip()) for name in names[:2])
    address = Condition(("email",), "eq", str(values["email1"]).strip().lower())
    found, _ = beans.window(actor, module, Reading(All((*tests, address)), limit=1, names=("id",)))
    return found[0]["id"] if found else None


def _written(actor: Actor, module: Module, values: Mapping[str, Any]) -> Bean:
    """Create or change a record; names that the module does not have are passed over, as SuiteCRM does.

    Many clients write back all that they read. What they have not changed is left alone: it is finer here than they can tell.
    """
    fields = translate.fields_of(actor, module)
    known = {name: value for name, value in values.items() if name in fields}
    bean_id = str(known.pop("id", None) or "")
    if bean_id and not _says_yes(values.get("new_with_id")):
        with database.transaction():
            before = beans.get(actor, module, bean_id)
            return beans.update(actor, module, bean_id, {name: value for name, value in known.items() if before[name] != value})
    known.pop("deleted", None)
    return beans.create(actor, module, {"id": bean_id, **known} if bean_id else known)


def _says_yes(value: Any) -> bool:
    return str(value).lower() in _TRUE
