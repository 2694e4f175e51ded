"""Finding: records by the words in them, and what somebody has to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Denied
from server.domain.filters import All, Any_
from server.services.suitecrm import beans, translate
from server.services.suitecrm.beans import Reading
from server.services.suitecrm.ids import outside
from server.services.suitecrm.modules import MODULES
from server.services.suitecrm.v4_1 import queries, shapes
from server.services.suitecrm.v4_1.callers import module_of
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.domain.actor import Actor
    from server.domain.filters import Node
    from server.services.suitecrm.declaration import Module
    from server.services.suitecrm.v4_1.callers import Caller, Given

PAGE: Final = 20
_LARGEST_PAGE: Final = 200
_MOST_WORDS: Final = 5
# Fields whose beginnings are searched, as far as a module has them, and those shown when a client names none.
_SEARCHED: Final = ("first_name", "last_name", "name", "document_name", "user_name", "email1", "phone_work", "phone_office")
_SHOWN: Final = ("id", "name", "full_name", "document_name", "email1", "assigned_user_name")
# What can be due: module, the field that says when, and the states in which nothing is to be done any more.
_DUE: Final = (
    ("Calls", "date_start", ("Held", "Not Held")),
    ("Meetings", "date_start", ("Held", "Not Held")),
    ("Tasks", "date_due", ("Completed",)),
)


def search_by_module(caller: Caller, given: Given) -> dict[str, Any]:
    """Return the records of each module in which every word begins a name, an address or a number.

    Clients name all the modules of a whole SuiteCRM; those that are not here are passed over, as long as there is one that is.
    """
    limit = min(given["max_results"] or PAGE, _LARGEST_PAGE)
    found = []
    for module in _modules(given["modules"]):
        reading = Reading(
            _test(caller.actor, module, given["search_string"], given["assigned_user_id"]),
            (),
            given["offset"],
            limit,
            given["select_fields"] or _SHOWN,
        )
        found.append({"name": module.name, "records": [shapes.pairs(bean) for bean in _readable(caller.actor, module, reading)]})
    return {"entry_list": found}


def _modules(names: Sequence[str]) -> list[Module]:
    """Return the modules that are here. Raises Refused with fault 20 when names are given and none is."""
    known = [module for module in map(translate.find_module, names) if module is not None]
    return known or [module_of(name) for name in names]


def _readable(actor: Actor, module: Module, reading: Reading) -> list[translate.Bean]:
    """Return what is found in a module; nothing where the actor may not look."""
    try:
        return beans.window(actor, module, reading)[0]
    except Denied:
        return []


def _test(actor: Actor, module: Module, text: str, user_id: str) -> Node | None:
    fields = translate.fields_of(actor, module)
    names = [name for name in _SEARCHED if name in fields and not (name == "name" and "last_name" in fields)]
    tests: list[Node] = []
    with queries.refusing():
        for word in text.split()[:_MOST_WORDS]:
            pattern = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
            tests.append(Any_(tuple(translate.condition(actor, module, fields, name, "like", pattern) for name in names)))
        if user_id and "assigned_user_id" in fields:
            tests.append(translate.condition(actor, module, fields, "assigned_user_id", "eq", user_id))
    return All(tuple(tests)) if tests else None


def get_last_viewed(_caller: Caller, _given: Given) -> list[Any]:
    """Return nothing: what somebody looked at is not kept."""
    return []


def get_upcoming_activities(caller: Caller, _given: Given) -> list[dict[str, str]]:
    """Return what the caller has still to do, module by module, the next first."""
    found: list[dict[str, str]] = []
    me, now = outside(caller.actor.id), clock.rfc3339(clock.now_ms())
    for name, due, ended in _DUE:
        module = MODULES[name]
        fields = translate.fields_of(caller.actor, module)
        wanted: tuple[tuple[str, str, Any], ...] = (("assigned_user_id", "eq", me), (due, "gte", now), ("status", "nin", ended))
        where = All(tuple(translate.condition(caller.actor, module, fields, *one) for one in wanted))
        sort = (translate.sort_key(module, fields, due, descending=False),)
        beans_due = _readable(caller.actor, module, Reading(where, sort, limit=PAGE))
        found += [{"id": bean["id"], "module": name, "date_due": bean[due], "summary": bean["name"]} for bean in beans_due]
    return found
