"""The part of a document that describes one of a tenant's object types, made from a pattern instead of from models.

The pattern is the same part for a type that has one field of each sort; it is built once. Wherever those fields stand in it, the
declared ones are put in their place, each as the field of its sort is described.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from server.store.object_types import model_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from server.store.object_types import Declared
    from server.web.openapi.document import Document

_TYPE: Final = "qqtype"
_MODEL: Final = _TYPE.capitalize()
_OPTIONS: Final = ["qqfirst", "qqsecond"]
_SORTS: Final = {
    (kind, needed, options): f"qq{kind}{needed:d}{options}"
    for kind, options in (("text", 0), ("number", 0), ("boolean", 0), ("date", 0), ("choice", 1), ("choice", 2))
    for needed in (False, True)
}
"""The names that stand for a field of each sort: its kind, whether it is needed, and how many options it has, two standing for more."""
_PLACES: Final = frozenset(_SORTS.values())


def _stand_ins() -> tuple[Declared, ...]:
    return tuple(
        (name, kind, needed, orjson.dumps(_OPTIONS[:options]).decode() if options else None) for (kind, needed, options), name in _SORTS.items()
    )


class Patterns:
    """Describes types by the document that `describe` makes of one; what it makes has to depend on nothing but name and fields."""

    def __init__(self, describe: Callable[[str, tuple[Declared, ...]], Document]) -> None:
        """Build the pattern."""
        found = describe(_TYPE, _stand_ins())
        self._pattern = {"paths": found["paths"], "components": {"schemas": found["components"]["schemas"]}}
        self._varying: dict[int, bool] = {}
        _find_varying(self._pattern, self._varying)

    def part(self, name: str, declared: Iterable[Declared]) -> Document:
        """Return the paths and schemas of a type; what is alike in all types is the same object in all parts."""
        found: Document = _Spelling(name, declared, self._varying).spelled(self._pattern)
        return found


def _find_varying(node: Any, varying: dict[int, bool]) -> bool:
    """Note of every object and list in a pattern whether anything in it differs from type to type."""
    if isinstance(node, str):
        return "qq" in node or _MODEL in node
    if not isinstance(node, dict | list):
        return False
    parts = [*node, *node.values()] if isinstance(node, dict) else node
    found = [_find_varying(part, varying) for part in parts]  # of all parts, whatever the first ones say
    varying[id(node)] = any(found)
    return varying[id(node)]


class _Spelling:
    """One type, put into the pattern."""

    def __init__(self, name: str, declared: Iterable[Declared], varying: Mapping[int, bool]) -> None:
        self._names = ((_TYPE, name), (_MODEL, model_name(name)))
        self._fields = [(field, _place(kind, options, needed=needed), _read(options)) for field, kind, needed, options in declared]
        self._varying = varying

    def spelled(self, node: Any, options: Sequence[str] = ()) -> Any:
        """Return a piece of the pattern as it is for the type, or for the choice of these options in it."""
        if isinstance(node, str):
            return self._text(node, options)
        if not self._varying.get(id(node), False):
            return node
        return self._object(node, options) if isinstance(node, dict) else self._list(node, options)

    def _text(self, text: str, options: Sequence[str]) -> str:
        if text == _OPTIONS[0]:
            return options[0]
        for stand_in, name in self._names:
            text = text.replace(stand_in, name)
        return text

    def _object(self, node: dict[str, Any], options: Sequence[str]) -> dict[str, Any]:
        places = [key for key in node if key in _PLACES]
        found: dict[str, Any] = {}
        for key, value in node.items():
            if key not in _PLACES:
                found[self._text(key, ())] = self.spelled(value, options)
            elif key == places[0]:
                found |= {field: self.spelled(node[place], given) for field, place, given in self._fields if place in node}
        if found.get("required") == []:
            del found["required"]
        return found

    def _list(self, node: list[Any], options: Sequence[str]) -> list[Any]:
        if node == _OPTIONS:
            return [*options]
        places = [one for one in node if isinstance(one, str) and one.removeprefix("-") in _PLACES]
        found: list[Any] = []
        for one in node:
            if one not in places:
                found.append(self.spelled(one, options))
            elif one == places[0]:
                found += [sign + field for field, place, _ in self._fields for sign in ("", "-") if sign + place in places]
        return found


def _place(kind: str, options: str | None, *, needed: bool) -> str:
    return _SORTS[kind, needed, min(len(_read(options)), len(_OPTIONS))]


def _read(options: str | None) -> list[str]:
    found: list[str] = orjson.loads(options) if options else []
    return found
