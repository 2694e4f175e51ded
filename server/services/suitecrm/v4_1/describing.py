"""Descriptions: which modules there are, what their fields and links are, and how they are called and laid out."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.services.search import may
from server.services.suitecrm import translate
from server.services.suitecrm.modules import MODULES
from server.services.suitecrm.v4_1.callers import module_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from server.domain.actor import Actor
    from server.services.suitecrm.declaration import Field, Link, Module
    from server.services.suitecrm.v4_1.callers import Caller, Given

# What a client may be allowed to do with a module, and the action of ours that allows it.
_ACTIONS: Final = (("edit", "write"), ("delete", "write"), ("list", "read"), ("view", "read"), ("import", "write"), ("export", "read"))
_LISTED: Final = 8
_LISTS: Final = "app_list_strings"
_HOUSEKEEPING: Final = frozenset(
    {"id", "deleted", "date_entered", "date_modified", "modified_user_id", "modified_by_name", "created_by", "created_by_name"}
)


def get_available_modules(caller: Caller, _given: Given) -> dict[str, Any]:
    """Return every module with what the caller may do there."""
    return {
        "modules": [
            {
                "module_key": module.name,
                "module_label": module.name,
                "favorite_enabled": False,
                "acls": [{"action": action, "access": _may(caller, module, ours)} for action, ours in _ACTIONS],
            }
            for module in MODULES.values()
        ]
    }


def _may(caller: Caller, module: Module, action: str) -> bool:
    return may(caller.actor, f"{module.scope}:{action}") and not (module.resource is None and action == "write")


def get_module_fields(caller: Caller, given: Given) -> dict[str, Any]:
    """Return the fields of a module, all of them when none is named, and its links."""
    module = module_of(given["module_name"])
    known = translate.fields_of(caller.actor, module)
    return {
        "module_name": module.name,
        "table_name": module.name.lower(),
        "module_fields": {name: _field(field) for name, field in known.items() if not given["fields"] or name in given["fields"]},
        "link_fields": {name: _link(module, link) for name, link in module.links.items() if not given["fields"] or name in given["fields"]},
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "type": field.type,
        "group": "",
        "id_name": field.id_name,
        "label": field.label,
        "required": int(field.required),
        "options": {option: {"name": option, "value": option} for option in field.options},
        "related_module": field.related,
        "calculated": False,
        "len": str(field.length or ""),
    }


def _link(module: Module, link: Link) -> dict[str, Any]:
    return {
        "name": link.name,
        "type": "link",
        "group": "",
        "id_name": "",
        "relationship": f"{module.name.lower()}_{link.name}",
        "module": link.module,
        "bean_name": MODULES[link.module].object,
    }


def get_module_fields_md5(caller: Caller, given: Given) -> dict[str, str]:
    """Return a digest of each module's fields, by which a client sees whether it knows them already."""
    return {name: _digest(get_module_fields(caller, {"module_name": name, "fields": []})) for name in given["modules"]}


def _digest(value: Any) -> str:
    return hashlib.md5(orjson.dumps(value, option=orjson.OPT_SORT_KEYS), usedforsecurity=False).hexdigest()


def get_module_layout(caller: Caller, given: Given) -> dict[str, Any]:
    """Return how the views of modules are laid out, or digests of that."""
    found: dict[str, Any] = {}
    for name in given["modules"]:
        fields = list(translate.fields_of(caller.actor, module_of(name)).values())
        layouts = {view: _layout(view, fields) for view in _words(given["views"], "list")}
        shown = {view: _digest(layout) for view, layout in layouts.items()} if given["md5"] else layouts
        found[name] = dict.fromkeys(_words(given["types"], "default"), shown)
    return found


def get_module_layout_md5(caller: Caller, given: Given) -> dict[str, Any]:
    """Return digests of how the views of modules are laid out."""
    return {"md5": get_module_layout(caller, {**given, "md5": True})}


def _words(value: Any, otherwise: str) -> list[str]:
    """Return the types or views that were asked for."""
    found = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
    return [one for one in found if isinstance(one, str) and one] or [otherwise]


def _layout(view: str, fields: Sequence[Field]) -> Any:
    if view == "list":
        shown = [field for field in fields if field.name not in _HOUSEKEEPING][:_LISTED]
        return {field.name.upper(): {"label": field.label, "width": "10%", "default": True} for field in shown}
    return {"panels": [[{"name": field.name, "label": field.label}] for field in fields]}


def get_language_definition(caller: Caller, given: Given) -> dict[str, Any]:
    """Return what the fields of modules are called, and the choices of all, or digests of that."""
    found = {name: _lists(caller.actor) if name == _LISTS else _labels(_fields(caller.actor, module_of(name))) for name in given["modules"]}
    return {name: _digest(words) for name, words in found.items()} if given["md5"] else dict(found)


def _fields(actor: Actor, module: Module) -> Collection[Field]:
    return translate.fields_of(actor, module).values()


def _lists(actor: Actor) -> dict[str, Any]:
    """Return the modules and the choices of every field that has some, each list under the names that SuiteCRM gives such ones."""
    found: dict[str, Any] = {"moduleList": {name: name for name in MODULES}}
    for module in MODULES.values():
        for field in _fields(actor, module):
            if field.options:
                choices = {option: option for option in field.options}
                found |= {f"{module.object.lower()}_{field.name}_dom": choices}
                found.setdefault(f"{field.name}_dom", choices)
    return found


def _labels(fields: Iterable[Field]) -> dict[str, str]:
    return {f"LBL_{field.name.upper()}": field.label for field in fields}
