"""Queries: what clients send as SQL, turned field by field into the filter and order of a module; what cannot be is refused with fault 40.

Only the module's own fields can be named, and every value is bound. A comparison finds what SQL would: nothing that is not there
differs from a value, while an empty text is the same as nothing.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from server.domain.errors import Denied, Invalid
from server.domain.filters import All, Any_, Condition, Not
from server.domain.sql_fragments import EMAIL_ADDRESS, EMAIL_MODULE, parse_condition, parse_order
from server.services.suitecrm import forms, translate
from server.services.suitecrm.places import At, Reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from server.domain.actor import Actor
    from server.domain.filters import Node, Sort
    from server.services.suitecrm.declaration import Field, Module

_AFFIRMED: Final = {"nlike": "like", "nbetween": "between"}
_NEGATIVE: Final = frozenset({"ne", "nin", "nlike", "nbetween"})
_EMAIL: Final = "email1"
ALSO_DELETED: Final = Any_((Condition(("deleted",), "eq", "false"), Condition(("deleted",), "eq", "true")))


@contextmanager
def refusing() -> Iterator[None]:
    """Turn what is wrong with a query inside into a refusal of it."""
    try:
        yield
    except Invalid as error:
        raise Denied(error.detail, code="query_refused") from error


def condition(actor: Actor, module: Module, text: str, *, deleted: bool = False) -> Node | None:
    """Return the filter that a WHERE fragment means, None for an empty one; deleted records pass it only when wanted. Raises Denied."""
    tree = parse_condition(text)
    with refusing():
        found = None if tree is None else _translated(actor, module, translate.fields_of(actor, module), tree)
    return _reaching(module, found, deleted=deleted)


def of_tests(actor: Actor, module: Module, tests: Sequence[tuple[str, str, str]], *, deleted: bool = False) -> Node | None:
    """Return the filter of `(field, operator, value)` that all have to hold. Raises Denied."""
    fields = translate.fields_of(actor, module)
    with refusing():
        found = tuple(translate.condition(actor, module, fields, *test) for test in tests)
    return _reaching(module, All(found) if found else None, deleted=deleted)


def _reaching(module: Module, found: Node | None, *, deleted: bool) -> Node | None:
    if not deleted or module.resource is None:
        return found
    return ALSO_DELETED if found is None else All((found, ALSO_DELETED))


def order(actor: Actor, module: Module, text: str) -> tuple[Sort, ...]:
    """Return the order that an ORDER BY fragment means. Raises Denied."""
    fields = translate.fields_of(actor, module)
    with refusing():
        keys = [translate.sort_key(module, fields, _named(module, one.path), descending=one.descending) for one in parse_order(text)]
        return tuple(dict.fromkeys(keys))


def _translated(actor: Actor, module: Module, fields: Mapping[str, Field], node: Node) -> Node:
    if isinstance(node, All | Any_):
        parts = (part for part in node.nodes if not _says_module(module, part))
        return type(node)(tuple(_translated(actor, module, fields, part) for part in parts))
    if not isinstance(node, Condition):
        raise Invalid("A negation cannot stand here.")
    if node.path == EMAIL_ADDRESS:
        return _by_email(actor, module, fields, node)
    name = _named(module, node.path)
    affirmed = _AFFIRMED.get(node.operator, node.operator)
    found = translate.condition(actor, module, fields, name, affirmed, node.value)
    if affirmed != node.operator:
        found = Not(found)
    if node.operator in _NEGATIVE and _may_lack(fields[name]):
        return All((found, translate.condition(actor, module, fields, name, "null", value=False)))
    return found


def _by_email(actor: Actor, module: Module, fields: Mapping[str, Field], node: Condition) -> Node:
    """Return the test of a record's address; who has none is not among those who have a certain one."""
    affirmed = {"ne": "eq", "nin": "in", "nlike": "like"}.get(node.operator, node.operator)
    value = tuple(one.lower() for one in node.value) if isinstance(node.value, tuple) else node.value.lower()
    found = translate.condition(actor, module, fields, _EMAIL, affirmed, value)
    return found if affirmed == node.operator else Not(found)


def _says_module(module: Module, node: Node) -> bool:
    """Tell whether a node only says which module is meant. Raises Invalid when it means another one."""
    if not isinstance(node, Condition) or node.path != EMAIL_MODULE:
        return False
    if node.value != module.name:
        raise Invalid(f"'{module.name}' is asked for, not '{node.value[:40]}'.")
    return True


def _named(module: Module, path: tuple[str, ...]) -> str:
    """Return the field of a column. Raises Invalid for another table than the module's own two."""
    table, name = path
    own = module.name.lower()
    if table not in {"", own, f"{own}_cstm"}:
        raise Invalid(f"There is no table '{table[:40]}' here.")
    return name


def _may_lack(field: Field) -> bool:
    """Tell whether a field may hold nothing, so that SQL would find it unequal to no value."""
    return isinstance(field.place, Reference) or (isinstance(field.place, At) and field.place.form is not forms.BOOLEAN)
