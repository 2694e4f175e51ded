"""The appliance itself: the settings in force, the keys that tokens are signed with, its branding, and the versions it serves."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from app.models.columns import Column
from app.pages.appliance import BACKUPS, LICENCES, certificate_view, version_view
from app.pages.branding import Branding
from app.pages.connector_packages import PACKAGES
from app.pages.integrations import CATALOGUE
from app.pages.specs import Action, Count, Custom, Danger, Document, ListView, PageSpec

SETTINGS: Final = ListView(
    label="Settings",
    path="/admin/v1/settings",
    columns=(
        Column("name", "Name", 240, "code"),
        Column("value", "Value", 260, "code"),
        Column("source", "From", 110, "badge"),
        Column("help", "Means", 420),
    ),
    facts=(Column("value", "Value", kind="code"), Column("source", "From", kind="badge"), Column("help", "Means")),
    empty="No settings.",
)
SIGNING_KEYS: Final = ListView(
    label="Signing keys",
    path="/admin/v1/signing-keys",
    name="id",
    columns=(
        Column("id", "Id", 380, "code"),
        Column("algorithm", "Algorithm", 110),
        Column("signs_from", "Signs from", 140, "time"),
        Column("retires_at", "Retires", 140, "time"),
    ),
    empty="No signing key yet: one is made with the first token.",
    create=Action("rotate", "Sign with a new key", "/admin/v1/signing-keys/rotate", icon="refresh", done="New tokens are signed with a new key"),
)
LEGACY: Final = ListView(
    label="Legacy passwords",
    path="/legacy/passwords",
    name="name",
    columns=(
        Column("user_id", "User", 260, "code"),
        Column("scopes", "Scopes", 260, "list"),
        Column("last_used_at", "Last used", 130, "time"),
        Column("created_at", "Created", 130, "time"),
    ),
    empty="No application password. Clients of SuiteCRM sign in with one.",
    actions=(
        Action(
            "end",
            "End",
            "/legacy/passwords/{id}",
            "DELETE",
            "ban",
            done="Password ended",
            danger=Danger(
                "Whatever signs in with it is refused from then on.", (Count("requests kept in the log", "/logs?actor_id={user_id}"),), typed="id"
            ),
        ),
    ),
)
# Connectors that make accounts, domains and servers at a hosting company; each is installed and then asked for what it can do.
HOSTING: Final = replace(
    CATALOGUE, label="Hosting", path="/integrations?category=hosting", filters=(), empty="No connector of a hosting company is in the catalogue."
)
EVENT_TYPES: Final = ListView(
    label="Event types",
    path="/event-types",
    columns=(
        Column("name", "Name", 240, "code"),
        Column("summary", "Means", 420),
        Column("alias", "Also called", 200),
        Column("version", "Version", 110),
    ),
    tabs=(Document("Sample", "sample"), Document("Schema", "schema")),
    empty="No event types.",
)

PAGE: Final = PageSpec(
    "system",
    "System",
    "server",
    "Appliance",
    "How this appliance is set up, and whose name it carries.",
    (
        Custom("Version and upgrade", version_view),
        SETTINGS,
        BACKUPS,
        Custom("TLS", certificate_view),
        Custom("Branding", Branding),
        HOSTING,
        PACKAGES,
        LICENCES,
        SIGNING_KEYS,
        LEGACY,
        EVENT_TYPES,
    ),
)
