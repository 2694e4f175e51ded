"""Custom fields: what a tenant adds to each kind of record, and what goes with a field that is taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from app.models.columns import Column
from app.pages.declared import TYPES, is_of_type
from app.pages.resources import OF_TYPE, RESOURCES
from app.pages.resources import TYPES as OBJECT_TYPES
from app.pages.specs import Action, Count, Danger, ListView, Of, removal
from app.widgets.fields import Field

ONE: Final = "/fields/{of}/{name}"
LABEL: Final = Field("label", "Label", placeholder="Shoe size", help="What people read.")
OPTIONS: Final = Field("options", "Options", "lines", required=True, only=("type", ("choice",)), placeholder="small\nlarge", help="One on each line.")
REQUIRED: Final = Field("required", "Required", "switch", placeholder="No record is saved without it")
FIELDS: Final = (
    Field("name", "Name", required=True, placeholder="shoe_size", help="What programs call it: small letters, digits and underscores."),
    LABEL,
    Field("type", "Type", "choice", required=True, choices=TYPES, default="text"),
    OPTIONS,
    REQUIRED,
)


def changeable(row: dict[str, Any], _found: dict[str, Any]) -> tuple[Field, ...]:
    """Return what can be changed about a field; only a choice has options."""
    return (LABEL, *((replace(OPTIONS, only=None),) if row["options"] else ()), REQUIRED)


HELD: Final = (
    Count("records with a value", "/{of}?filter[custom.{name}][null]=false", when=lambda row: not is_of_type(row)),
    Count("records with a value", "/{of}?filter[{name}][null]=false", when=is_of_type),
)
COLUMNS: Final = (
    Column("name", "Name", 180, "code"),
    Column("label", "Label", 200),
    Column("type", "Type", 130, words=TYPES),
    Column("required", "Required", 100, "switch"),
    Column("options", "Options", 240, "list"),
)
VIEW: Final = ListView(
    label="Custom fields",
    path="/fields/{of}",
    object="fld",
    of=Of("Records", OBJECT_TYPES, "label", "name", OF_TYPE, RESOURCES),
    columns=(*COLUMNS, Column("updated_at", "Changed", 120, "time")),
    facts=(*COLUMNS, Column("created_at", "Created", kind="time"), Column("updated_at", "Changed", kind="time")),
    empty="No custom field yet. One that you add here stands in every list, form, file and answer about these records.",
    create=Action("create", "New field", "/fields/{of}", icon="plus", fields=FIELDS, done="Field added"),
    actions=(
        Action("edit", "Edit", ONE, "PATCH", "edit", form=changeable, edits=True, done="Field changed"),
        removal(
            ONE,
            "Field removed",
            Danger("The records lose what they hold in it, for good.", HELD),
            query={"force": "true"},
        ),
    ),
)
