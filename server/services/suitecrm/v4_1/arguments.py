"""Arguments of a call: given by place, by name, or by nothing but unknown names in the right order, and brought into the form a method takes.

Clients are as careless as PHP let them be: an empty list may come as `{}`, `[]` or `""`, a number as text, a flag as any of them.
What an argument is called decides its form, since every method means the same by the same name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from server.services.suitecrm.v4_1.faults import INVALID_DATA, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")
# What is read as SQL is refused as such, whatever is wrong with it.
_FRAGMENTS: Final = frozenset({"query", "order_by", "related_module_query"})
_MOST: Final = 5000
_MOST_RECORDS: Final = 1000
_FALSE: Final = frozenset({"", "0", "false", "null", "none"})
_MOST_LINKS: Final = 10
# Other names under which clients send an argument, and what it may be called here.
ALIASES: Final = {
    "a_module_names": ("modules",),
    "a_type": ("types",),
    "a_view": ("views",),
    "application": ("application_name",),
    "module": ("module_name", "modules"),
    "module_name": ("modules",),
    "module_names": ("modules",),
    "name_value_list": ("name_value_lists",),
    "query": ("related_module_query",),
    "related_ids": ("related_id_lists",),
    "related_module": ("related_module_name",),
}


def bind(names: Sequence[str], given: Any) -> dict[str, Any]:
    """Return the arguments of a method by name, each in its form; what is not given gets the form's empty value.

    Of an object the known names count and the others are passed over; only where none is known their order counts.
    """
    if isinstance(given, dict):
        found = _named(names, given)
    elif isinstance(given, list):
        found = dict(zip(names, given, strict=False))
    elif given is None or given == "":
        found = {}
    else:
        raise Refused(INVALID_DATA)
    if not all(name in _FRAGMENTS or _storable(value) for name, value in found.items()):
        raise Refused(INVALID_DATA)
    forms: dict[str, Callable[[Any], Any]] = {name: _FORMS.get(name, text) for name in names}
    return {name: form(found.get(name)) for name, form in forms.items()}


def _storable(value: Any) -> bool:
    """Tell whether all that an argument holds can be stored and compared, however deep it is nested."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str) and _UNSTORABLE.search(one):
            return False
        if isinstance(one, dict | list):
            waiting += [*one, *one.values()] if isinstance(one, dict) else one
    return True


def _named(names: Sequence[str], given: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in given.items():
        known = next((one for one in (name, name.lower(), *ALIASES.get(name.lower(), ())) if one in names and one not in found), None)
        if known is not None:
            found[known] = value
    return found or dict(zip(names, given.values(), strict=False))


def text(value: Any) -> str:
    """Return one value as PHP would put it into a text."""
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    if isinstance(value, str | int | float):
        return str(value)
    raise Refused(INVALID_DATA)


def texts(value: Any) -> list[str]:
    """Return a list of texts, given as a list, an object's values, or one text alone."""
    listed = list(value.values()) if isinstance(value, dict) else value
    if not isinstance(listed, list):
        listed = [listed] if text(listed) else []
    if len(listed) > _MOST:
        raise Refused(INVALID_DATA)
    return [text(one) for one in listed]


def number(value: Any) -> int:
    """Return a whole number that is not negative; 0 for what is none, as PHP reads it."""
    try:
        found = int(float(text(value).strip() or 0))
    except (ValueError, OverflowError):
        return 0
    return min(max(found, 0), 2**31)


def flag(value: Any) -> bool:
    """Return whether something was said with a yes."""
    return text(value).strip().lower() not in _FALSE


def links(value: Any) -> list[tuple[str, list[str]]]:
    """Return the links to follow, each with the fields wanted: from `[{name, value: [fields]}]`, or from `{name: [fields]}`."""
    if isinstance(value, dict) and not {"name", "value"} <= set(value):
        value = [{"name": name, "value": fields} for name, fields in value.items()]
    listed = [value] if isinstance(value, dict) else value if isinstance(value, list) else []
    found = [(text(one.get("name")), texts(one.get("value"))) if isinstance(one, dict) else (text(one), []) for one in listed]
    return found[:_MOST_LINKS]


def pairs(value: Any) -> dict[str, Any]:
    """Return the fields to write: from `[{name, value}]`, `{field: value}` or `{field: {name, value}}`."""
    if isinstance(value, list):
        return {text(one.get("name")): one.get("value") for one in value if isinstance(one, dict) and one.get("name")}
    if isinstance(value, dict):
        return {name: one.get("value") if _is_pair(one) else one for name, one in value.items()}
    return {}


def pair_lists(value: Any) -> list[dict[str, Any]]:
    """Return several records' fields; one list of pairs that is not wrapped in another is one record."""
    listed = list(value.values()) if isinstance(value, dict) else value
    if not isinstance(listed, list):
        return []
    if listed and all(_is_pair(one) for one in listed):
        return [pairs(listed)]
    if len(listed) > _MOST_RECORDS:
        raise Refused(INVALID_DATA)
    return [pairs(one) for one in listed]


def _is_pair(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"name", "value"}


def anything(value: Any) -> Any:
    """Return what came."""
    return value


def listed(value: Any) -> list[Any]:
    """Return a list whatever its parts are."""
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []


_FORMS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "session": anything,
    "types": anything,
    "views": anything,
    "acl_check": anything,
    "user_auth": pairs,
    "note": pairs,
    "document_revision": pairs,
    "name_value_list": pairs,
    "name_value_lists": pair_lists,
    "ids": texts,
    "related_ids": texts,
    "related_fields": texts,
    "module_ids": listed,
    "module_names": listed,
    "link_field_names": listed,
    "related_id_lists": listed,
    "delete_array": listed,
    "modules": texts,
    "fields": texts,
    "select_fields": texts,
    "link_name_to_fields_array": links,
    "related_module_link_name_to_fields_array": links,
    "offset": number,
    "max_results": number,
    "limit": number,
    "deleted": number,
    "delete": number,
    "track_view": flag,
    "favorites": flag,
    "unified_search_only": flag,
    "md5": flag,
}
