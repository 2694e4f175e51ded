"""Between our documents and SuiteCRM's beans: texts by the names of their fields, the same for both wire formats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Invalid
from server.domain.filters import Sort
from server.domain.hints import near_miss
from server.services.suitecrm.declaration import Field, at, custom_path
from server.services.suitecrm.drafts import Draft
from server.services.suitecrm.forms import OPERATORS, text_of
from server.services.suitecrm.ids import View
from server.services.suitecrm.modules import FURTHER, MODULES
from server.services.suitecrm.places import id_test
from server.store import custom_fields

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from server.domain.actor import Actor
    from server.domain.filters import Node
    from server.services.suitecrm.declaration import Module
    from server.store.records import Document

Bean = dict[str, str]
_KINDS: Final = {"number": "float", "boolean": "bool", "date": "date", "text": "varchar", "choice": "enum", "encrypted": "varchar"}
_SINGULAR: Final = {module.object: module.name for module in MODULES.values()}
# Columns that SuiteCRM knows and that mean nothing here: clients send them along with what they mean.
PASSED_OVER: Final = frozenset({"module_name", "object_name", "new_schema", "new_with_id", "modified_by", "update_date_modified"})


def find_module(name: str) -> Module | None:
    """Return a module by its name, or by the name of one of its records, or None."""
    return MODULES.get(name) or MODULES.get(_SINGULAR.get(name, ""))


def module_of(name: str) -> Module:
    """Return a module by its name, or by the name of one of its records. Raises Invalid."""
    found = find_module(name)
    if found is None:
        raise Invalid(f"Module {name[:100]} does not exist.{near_miss(name, MODULES)}", code="unknown_module")
    return found


def fields_of(actor: Actor, module: Module) -> Mapping[str, Field]:
    """Return the fields of a module, the tenant's own ones among them as `<name>_c`."""
    if module.resource is None:
        return module.fields
    taken = {path[1] for one in MODULES.values() if one.resource is module.resource for path in map(custom_path, one.fields.values()) if path}
    taken.add(FURTHER)
    declared = custom_fields.declared(actor.tenant_id, actor.mode, module.resource.plural)
    own = [at(f"{name}_c", _KINDS[kind], f"custom.{name}", required=needed) for name, kind, needed, _ in declared if name not in taken]
    return {**module.fields, **{field.name: field for field in own}}


def beans(actor: Actor, fields: Mapping[str, Field], documents: Sequence[Document], names: Collection[str] | None = None) -> list[Bean]:
    """Return what SuiteCRM's clients see of records: all fields, or those that are named; `id` is always among them."""
    view = View(actor, documents)
    wanted = fields.values() if names is None else [field for name, field in fields.items() if name in names or name == "id"]
    return [{field.name: field.place.read(document, view) for field in wanted} for document in documents]


def patch(actor: Actor, module: Module, values: Mapping[str, Any], before: Document) -> Document:
    """Return the merge patch that values by field name come to; what clients cannot write is passed over. Raises Invalid for unknown names."""
    fields = fields_of(actor, module)
    draft = Draft(actor, before)
    for name, value in values.items():
        if name in PASSED_OVER:
            continue
        found = fields.get(name)
        if found is None:
            raise Invalid(f"Property {name[:100]} in {module.object} module is invalid.{near_miss(name, fields)}", code="unknown_field")
        found.place.write(draft, text_of(name, value))
    return draft.settled()


def condition(actor: Actor, module: Module, fields: Mapping[str, Field], name: str, operator: str, value: Any) -> Node:
    """Return one test: `value` is text, texts for in, nin and between, a boolean for null. Raises Invalid.

    `like` takes no notice of case, as in SuiteCRM; `%` and `_` are the caller's.
    """
    found = fields.get(name)
    if found is None:
        raise Invalid(f"Filter field {name[:100]} in {module.object} module is not found.{near_miss(name, fields)}", code="unknown_filter")
    if operator not in OPERATORS:
        raise Invalid(f"Filter operator {operator[:40]} is invalid.", code="invalid_filter")
    if name == "id":
        return id_test(("id",), module.noun, actor, operator, value)
    try:
        return found.place.test(actor, operator, value)
    except Invalid as error:
        raise Invalid(f"{name}: {error.detail}", code="invalid_filter") from error


def sort_key(module: Module, fields: Mapping[str, Field], name: str, *, descending: bool) -> Sort:
    """Return one key of the order. Raises Invalid for what records cannot be sorted by."""
    found = fields.get(name)
    if found is None or found.place.order is None:
        raise Invalid(f"Sort field {name[:100]} in {module.object} module is not found.{near_miss(name, fields)}", code="unknown_sort")
    return Sort(found.place.order, descending)
