"""Relationships: the records behind a link, listed, made and ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Conflict, Invalid, Missing
from server.services.suitecrm import beans, links
from server.services.suitecrm.beans import Reading
from server.services.suitecrm.modules import MODULES
from server.services.suitecrm.v4_1 import queries, shapes
from server.services.suitecrm.v4_1.callers import module_of
from server.services.suitecrm.v4_1.faults import RELATIONSHIP_NOT_SUPPORTED, Refused
from server.store import database

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.domain.actor import Actor
    from server.services.suitecrm.declaration import Link, Module
    from server.services.suitecrm.v4_1.callers import Caller, Given

LARGEST_PAGE: Final = 5000
_MOST_BESIDE: Final = 1000
"""Of the records shown beside one; `get_relationships` gives more."""
ADDRESSES: Final = "email_addresses"
_SPLIT: Final = ("email1", "email2")


def related_of(actor: Actor, module: Module, bean_id: str, wanted: Sequence[tuple[str, list[str]]]) -> dict[str, list[shapes.Pairs]]:
    """Return the related records by link, with the fields wanted; a link that the module does not have is not among them."""
    found: dict[str, list[shapes.Pairs]] = {}
    for name, names in wanted:
        if name == ADDRESSES:
            found[name] = _addresses(beans.get(actor, module, bean_id), names)
        elif (link := _find(module, name)) is not None:
            some, _ = links.window(actor, module, bean_id, link, Reading(limit=_MOST_BESIDE, names=names or None))
            found[name] = [shapes.pairs(bean, names) for bean in some]
    return found


def _addresses(bean: dict[str, str], names: Sequence[str]) -> list[shapes.Pairs]:
    """Return a record's e-mail addresses, which SuiteCRM keeps as records of their own."""
    given = [bean[name] for name in _SPLIT if bean.get(name)]
    shown = [
        {"id": f"{bean['id']}-{place}", "email_address": address, "primary_address": str(int(place == 0)), "opt_out": "0", "invalid_email": "0"}
        for place, address in enumerate(given)
    ]
    return [shapes.pairs(one, names) for one in shown]


def _address_entries(actor: Actor, module: Module, bean_id: str, names: Sequence[str]) -> dict[str, Any]:
    """Return a record's e-mail addresses as entries of the module that they are in there. Raises Missing."""
    found = _addresses(beans.get(actor, module, bean_id), ())
    entries = [
        {
            "id": one["id"]["value"],
            "module_name": "EmailAddress",
            "name_value_list": {name: pair for name, pair in one.items() if not names or name in names},
        }
        for one in found
    ]
    return {"entry_list": entries, "relationship_list": []}


def _find(module: Module, name: str) -> Link | None:
    """Return a link by its name, or by the module it leads to: some clients know only that."""
    try:
        return links.link_of(module, name)
    except Invalid:
        return next((link for link in module.links.values() if link.module.lower() == name.lower()), None)


def _link(module: Module, name: str) -> Link:
    found = _find(module, name)
    if found is None:
        raise Refused(RELATIONSHIP_NOT_SUPPORTED)
    return found


def get_relationships(caller: Caller, given: Given) -> dict[str, Any]:
    """Return the records behind a link with the fields wanted, all of them without a limit."""
    actor, module = caller.actor, module_of(given["module_name"])
    if given["link_field_name"] == ADDRESSES:
        return _address_entries(actor, module, given["module_id"], given["related_fields"])
    link = _link(module, given["link_field_name"])
    related = MODULES[link.module]
    where = queries.condition(actor, related, given["related_module_query"], deleted=bool(given["deleted"]))
    sort = queries.order(actor, related, given["order_by"])
    with queries.refusing():
        found, _ = links.window(
            actor,
            module,
            given["module_id"],
            link,
            Reading(where, sort, given["offset"], min(given["limit"] or LARGEST_PAGE, LARGEST_PAGE), given["related_fields"] or None),
        )
    deeper = given["related_module_link_name_to_fields_array"]
    return {
        "entry_list": [shapes.entry(related, bean, given["related_fields"]) for bean in found],
        "relationship_list": [shapes.wrapped(related_of(actor, related, bean["id"], deeper)) for bean in found] if deeper else [],
    }


def set_relationship(caller: Caller, given: Given) -> dict[str, int]:
    """Relate a record to others, or part it from them; answers with how many calls did what."""
    done = _set(caller.actor, given["module_name"], given["module_id"], given["link_field_name"], given["related_ids"], parts=bool(given["delete"]))
    return {"created": int(done and not given["delete"]), "failed": int(not done), "deleted": int(done and bool(given["delete"]))}


def set_relationships(caller: Caller, given: Given) -> dict[str, int]:
    """Do as `set_relationship` for each place of the lists; a call that fails leaves nothing and the others stay."""
    counts = {"created": 0, "failed": 0, "deleted": 0}
    flags = [*given["delete_array"], *[0] * len(given["module_ids"])]
    for names, related, flag in zip(
        zip(given["module_names"], given["module_ids"], given["link_field_names"], strict=False), given["related_id_lists"], flags, strict=False
    ):
        ids = [str(one) for one in related] if isinstance(related, list) else [str(related)]
        parts = str(flag).lower() in {"1", "true"}
        done = _set(caller.actor, str(names[0]), str(names[1]), str(names[2]), ids, parts=parts)
        counts["failed" if not done else "deleted" if parts else "created"] += 1
    return counts


def _set(actor: Actor, module_name: str, bean_id: str, link_name: str, related_ids: Sequence[str], *, parts: bool) -> bool:
    """Relate or part, all of them or none, and tell whether it could be done. Raises Refused for modules and links that are not there."""
    module = module_of(module_name)
    link = _link(module, link_name)
    act = links.part if parts else links.relate
    try:
        with database.transaction():
            for related_id in related_ids:
                act(actor, module, bean_id, link, related_id)
    except (Conflict, Invalid, Missing):
        return False
    return True


def get_modified_relationships(caller: Caller, given: Given) -> dict[str, Any]:
    """Return the records of the other module that were changed between two moments, of one user when that is named."""
    module_of(given["module_name"])
    related = module_of(given["related_module_name"])
    tests = [
        ("date_modified", "gte", given["from_date"]),
        ("date_modified", "lte", given["to_date"]),
        ("assigned_user_id", "eq", given["module_user_id"]),
    ]
    where = queries.of_tests(caller.actor, related, [test for test in tests if test[2]], deleted=bool(given["deleted"]))
    with queries.refusing():
        found, _total = beans.window(
            caller.actor,
            related,
            Reading(where, (), given["offset"], min(given["max_results"] or LARGEST_PAGE, LARGEST_PAGE), given["select_fields"] or None),
        )
    return {
        "result_count": len(found),
        "next_offset": given["offset"] + len(found),
        "entry_list": [shapes.entry(related, bean, given["select_fields"]) for bean in found],
        "error": {"number": 0, "name": "No Error", "description": "No Error"},
    }
