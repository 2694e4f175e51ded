"""Connectors of others: packages that an operator installs on this appliance, and takes away again."""

from __future__ import annotations

from typing import Final

from app.models.columns import Column
from app.pages.specs import Action, Count, Danger, Document, ListView, removal
from app.widgets.fields import Field

USED: Final = (Count("installations in this tenant", "/installations?integration={key}"),)
PACKAGES: Final = ListView(
    label="Connectors of others",
    path="/admin/v1/connector-packages",
    name="title",
    columns=(
        Column("title", "Name", 200),
        Column("key", "Key", 160, "code"),
        Column("version", "Version", 100, "code"),
        Column("publisher", "Publisher", 160),
        Column("signed_by", "Signed by", 160),
        Column("created_at", "Created", 120, "time"),
    ),
    tabs=(Document("Everything"),),
    empty="No connector of others is installed. One without Python may be installed as it is, one with Python when a trusted publisher signed it.",
    create=Action(
        "install",
        "Install a connector",
        "/admin/v1/connector-packages",
        icon="upload",
        fields=(Field("file", "File", "file", required=True, help="A ZIP archive of the connector's folder."),),
        uploads=True,
        done="Installed",
    ),
    actions=(
        removal(
            "/admin/v1/connector-packages/{id}",
            "Connector removed",
            Danger("Only one that nothing is installed of can be removed.", USED, typed="key"),
        ),
    ),
)
