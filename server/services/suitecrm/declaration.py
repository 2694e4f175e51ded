"""How a module is declared: its fields with their places in our records, and its links to other modules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from server.services.suitecrm import forms
from server.services.suitecrm.places import At, Reference

if TYPE_CHECKING:
    from server.domain.filters import Node
    from server.services.suitecrm.forms import Form, Path
    from server.services.suitecrm.places import Place
    from server.store.declaration import Resource

# SuiteCRM's types of fields: how a value is written, and the column type that its clients are told.
TYPES: Final[dict[str, tuple[Form, str]]] = {
    "varchar": (forms.TEXT, "varchar"),
    "name": (forms.TEXT, "varchar"),
    "fullname": (forms.TEXT, "varchar"),
    "phone": (forms.TEXT, "varchar"),
    "url": (forms.TEXT, "varchar"),
    "email": (forms.EMAIL, "varchar"),
    "enum": (forms.TEXT, "varchar"),
    "id": (forms.TEXT, "id"),
    "relate": (forms.TEXT, "id"),
    "parent": (forms.TEXT, "varchar"),
    "parent_type": (forms.TEXT, "varchar"),
    "user_name": (forms.TEXT, "varchar"),
    "text": (forms.TEXT, "text"),
    "bool": (forms.BOOLEAN, "bool"),
    "int": (forms.NUMBER, "int"),
    "float": (forms.NUMBER, "float"),
    "currency": (forms.AMOUNT, "double"),
    "date": (forms.DATE, "date"),
    "datetime": (forms.MOMENT, "datetime"),
    "datetimecombo": (forms.MOMENT, "datetime"),
    "file": (forms.TEXT, "varchar"),
}
MOMENTS: Final = frozenset({"datetime", "datetimecombo"})


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a module. `id_name` is the field with the id that a related name belongs to, `related` that record's module."""

    name: str
    type: str
    place: Place
    length: int = 0
    required: bool = False
    options: tuple[str, ...] = ()
    id_name: str = ""
    related: str = ""

    @property
    def label(self) -> str:
        """What people call it."""
        return self.name.removesuffix("_c").replace("_", " ").title()

    @property
    def is_moment(self) -> bool:
        """Whether it holds a moment."""
        return self.type in MOMENTS


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship to records of another module.

    They refer to this one by a field; or, when `ours`, this one refers to them by its own. A reference that is taken gives way to
    a new one, unless there are `further` ones: those lie in that custom field, as ids with blanks between them.
    """

    name: str
    module: str
    field: str
    ours: bool = False
    further: str = ""


@dataclass(frozen=True, slots=True)
class Module:
    """A module: `always` holds what each of its records is besides its fields, `only` the test that tells its records from others.

    `resource` is None for users, who are no records.
    """

    name: str
    object: str
    resource: Resource | None
    fields: Mapping[str, Field]
    links: Mapping[str, Link]
    only: Node | None = None
    always: Mapping[str, Any] = field(default_factory=dict)

    @property
    def noun(self) -> str:
        """Our noun for its records."""
        return self.resource.noun if self.resource else "user"

    @property
    def scope(self) -> str:
        """The resource that scopes are named after."""
        return self.resource.scope if self.resource else "users"


def at(name: str, kind: str, path: str, **rest: Any) -> Field:
    """Return a field that has a value of its own at a dotted path."""
    writable = rest.pop("writable", True)
    return Field(name, kind, At(tuple(path.split(".")), TYPES[kind][0], writable), **rest)


def custom(name: str, kind: str = "varchar", **rest: Any) -> Field:
    """Return a field that lies in a custom field of the same name."""
    return at(name, kind, f"custom.{name}", **rest)


def to(name: str, related: str, noun: str, path: str, **rest: Any) -> Field:
    """Return a field with the id of another record."""
    return Field(name, "id", Reference(path, noun), related=related, **rest)


def own_path(found: Field) -> Path:
    """Return the path in our record that a field stands for, empty for one that stands for none."""
    path: Path = getattr(found.place, "path", ())
    name: str = getattr(found.place, "name", "")
    return path or ((name,) if name else ())


def custom_path(found: Field) -> Path | None:
    """Return the path of a field that lies in a custom field, else None."""
    path: Path = getattr(found.place, "path", ()) or getattr(found.place, "words", ())
    return path if path[:1] == ("custom",) else None
