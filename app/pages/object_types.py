"""Object types: kinds of record that a tenant makes up; their records stand among the others."""

from __future__ import annotations

from typing import Final

from app.models.columns import Column
from app.pages.custom_fields import COLUMNS, FIELDS
from app.pages.specs import Action, Count, Danger, ListView, Part, removal
from app.widgets.fields import Field

ONE: Final = "/object-types/{name}"
ABOUT: Final = (Field("label", "Label", placeholder="Vehicle", help="What people read."), Field("description", "Description"))

VIEW: Final = ListView(
    label="Object types",
    path="/object-types",
    object="typ",
    columns=(
        Column("name", "Name", 180, "code"),
        Column("label", "Label", 200),
        Column("description", "Description", 320),
        Column("fields", "Fields", 80, "count"),
        Column("updated_at", "Changed", 120, "time"),
    ),
    tabs=(Part("Fields", lambda row: row["fields"], COLUMNS[:4]),),
    empty="No object type yet. Make one for what is neither contact nor deal, such as vehicles: its records then stand beside the others.",
    create=Action(
        "create",
        "New object type",
        "/object-types",
        icon="plus",
        fields=(
            Field("name", "Name", required=True, placeholder="vehicle", help="What programs call it: small letters, digits and underscores."),
            *ABOUT,
            Field("fields", "Fields", "rows", fields=FIELDS),
        ),
        done="Object type made",
    ),
    actions=(
        Action("edit", "Edit", ONE, "PATCH", "edit", fields=ABOUT, edits=True, done="Object type changed"),
        removal(
            ONE,
            "Object type removed",
            Danger("Its records and their fields are deleted with it.", (Count("records", "/objects/{name}"), Count("fields", "", "fields"))),
            query={"force": "true"},
        ),
    ),
)
