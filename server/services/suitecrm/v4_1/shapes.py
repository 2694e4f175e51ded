"""Shapes of answers: beans as lists of names and values, in the several forms that v4_1 gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from server.services.suitecrm.declaration import Module

Pairs = dict[str, dict[str, str]]
GONE: Final = (
    {"name": "warning", "value": "Access to this object is denied since it has been deleted or does not exist"},
    {"name": "deleted", "value": "1"},
)


def pairs(bean: Mapping[str, str], names: Collection[str] = ()) -> Pairs:
    """Return a bean's fields, all of them when none is named."""
    return {name: {"name": name, "value": value} for name, value in bean.items() if not names or name in names}


def entry(module: Module, bean: Mapping[str, str], names: Collection[str] = ()) -> dict[str, Any]:
    """Return a bean as an entry of a list."""
    return {"id": bean["id"], "module_name": module.name, "name_value_list": pairs(bean, names)}


def gone(module: Module, bean_id: str) -> dict[str, Any]:
    """Return the entry for a record that is not there."""
    return {"id": bean_id, "module_name": module.name, "name_value_list": list(GONE)}


def unwrapped(linked: Mapping[str, list[Pairs]]) -> list[dict[str, Any]]:
    """Return one record's related ones as `get_entry` does."""
    return [{"name": name, "records": records} for name, records in linked.items()]


def wrapped(linked: Mapping[str, list[Pairs]]) -> dict[str, Any]:
    """Return one record's related ones as every other method does."""
    return {"link_list": [{"name": name, "records": [{"link_value": record} for record in records]} for name, records in linked.items()]}
