"""Saved queries: questions of a tenant about its records, each answered at an address of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from app.models.columns import Column
from app.pages import keys
from app.pages.query_dialog import QueryDialog
from app.pages.query_trial import QueryTrial
from app.pages.querying import PARAMETERS, calling, scope_of
from app.pages.resources import RESOURCES
from app.pages.specs import Action, Count, Danger, Document, ListView, Part, Words, removal
from app.widgets.fields import Field

ONE: Final = "/custom-endpoints/{name}"
DESCRIPTION: Final = Column("description", "Description", 300)


def key_for(row: dict[str, Any], _found: dict[str, Any]) -> tuple[Field, ...]:
    """Return what asks for a key that may call a query, and nothing that it needs not."""
    return (replace(keys.NAME, default=row["name"]), replace(keys.SCOPE, default=[scope_of(row)]))


VIEW: Final = ListView(
    label="Saved queries",
    path="/custom-endpoints",
    object="cep",
    columns=(
        Column("name", "Name", 160, "code"),
        Column("resource", "Records", 130, words=RESOURCES),
        DESCRIPTION,
        Column("url", "Address", 240, "code"),
        Column("parameters", "Parameters", 100, "count"),
        Column("updated_at", "Changed", 120, "time"),
    ),
    facts=(
        DESCRIPTION,
        Column("url", "Address", kind="code"),
        Column("resource", "Records", words=RESOURCES),
        Column("filter", "Filter", kind="json"),
        Column("sort", "Order", kind="code"),
        Column("fields", "Fields of the answer", kind="code", void="all"),
        Column("expand", "Records that come along", kind="code"),
        Column("created_at", "Created", kind="time"),
        Column("updated_at", "Changed", kind="time"),
    ),
    tabs=(
        Part(
            "Parameters",
            lambda row: row["parameters"],
            (
                Column("name", "Name", 110, "code"),
                Column("type", "Type", 90, words=PARAMETERS),
                Column("required", "Required", 80, "switch"),
                Column("default", "Default", 90),
                Column("description", "Description", 110),
            ),
        ),
        Words("How it is called", calling),
        Document("Everything"),
    ),
    empty="No saved query yet. A question that is asked again and again gets an address of its own, with parameters for what changes.",
    create=Action("create", "New saved query", "/custom-endpoints", icon="plus", dialog=QueryDialog),
    actions=(
        Action("try", "Try it", ONE, icon="play", dialog=QueryTrial),
        Action("edit", "Edit", ONE, "PUT", "edit", dialog=QueryDialog),
        Action(
            "key",
            "Make a key for it",
            "/keys",
            icon="key",
            form=key_for,
            done="API key created",
            secret="key",  # noqa: S106 - the name of a field
        ),
        removal(
            ONE,
            "Saved query removed",
            Danger("Whoever calls its address is answered that it is not there. The records stay.", (Count("parameters", "", "parameters"),)),
        ),
    ),
)
