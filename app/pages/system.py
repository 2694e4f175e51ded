"""The appliance itself: the settings in force with the way to change them, and what it is made of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from app.models.columns import Column
from app.pages.appliance import BACKUPS, LICENCES, Health, certificate_view, version_view
from app.pages.branding import Branding
from app.pages.connector_packages import PACKAGES
from app.pages.integrations import CATALOGUE
from app.pages.provider_apps import OPERATOR_APPS
from app.pages.specs import Custom, Filter, ListView, PageSpec, Words
from app.system.languages import tr

# Where a setting comes from; else it is the file, or the name in the environment.
SOURCES: Final = {source: source for source in ("default", "command line")}


def way_to_change(setting: dict[str, Any]) -> str:
    """Return how a setting is changed: in the file, or in the environment."""
    section, _, name = str(setting["name"]).partition(".")
    return "\n".join(
        (
            f"# {tr('In the settings file; it holds from the next start:')}",
            f"[{section}]",
            f"{name} = …",
            "",
            f"# {tr('Or in the environment, which goes before the file:')}",
            f"JUNCTION_{section.upper()}__{name.upper()}=…",
        )
    )


SETTINGS: Final = ListView(
    label="Settings",
    path="/admin/v1/settings",
    columns=(
        Column("name", "Name", 240, "code"),
        Column("value", "Value", 260, "code"),
        Column("source", "From", 200, words=SOURCES),
        Column("help", "Means", 420, "said"),
    ),
    facts=(Column("value", "Value", kind="code"), Column("source", "From", words=SOURCES), Column("help", "Means", kind="said")),
    filters=(Filter("search", "Search", held=True),),
    tabs=(Words("How to change it", way_to_change),),
    empty="No settings.",
)
# Connectors that make accounts, domains and servers at a hosting company; each is installed and then asked for what it can do.
HOSTING: Final = replace(
    CATALOGUE, label="Hosting", path="/integrations?category=hosting", filters=(), empty="No connector of a hosting company is in the catalogue."
)
PAGE: Final = PageSpec(
    "system",
    "System",
    "server",
    "Appliance",
    "How this appliance is set up, and whose name it carries.",
    (
        Custom("Health", Health),
        Custom("Version and upgrade", version_view),
        SETTINGS,
        BACKUPS,
        Custom("TLS", certificate_view),
        Custom("Branding", Branding),
        HOSTING,
        PACKAGES,
        OPERATOR_APPS,
        LICENCES,
    ),
)
