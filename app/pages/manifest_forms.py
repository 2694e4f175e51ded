"""Forms that come of a connector's manifest: what installing asks for, what can be changed, and which of our fields is which of the vendor's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.pages.specs import Row
from app.widgets.fields import Field

KINDS: Final[Mapping[str, str]] = {"boolean": "switch", "integer": "number", "number": "number", "array": "lines", "object": "json"}
POLICIES: Final = {"newest": "The newest change", "remote": "The vendor's side", "local": "Our side", "ask": "Ask a person"}
DIRECTIONS: Final = {"both": "Both ways", "import": "From the vendor only", "export": "To the vendor only"}
OPTIONS: Final = (
    Field("config.syncInterval", "Synchronise every", placeholder="15m", help="Such as 15m, 1h or a number of seconds; empty: by hand alone."),
    Field("config.direction", "Direction", "choice", required=True, choices=DIRECTIONS, default="both"),
    Field("config.conflict_policy", "When both sides changed, take", "choice", required=True, choices=POLICIES, default="newest"),
)


def install_fields(_row: Row, connector: Row) -> tuple[Field, ...]:
    """Return what installing a connector asks for: its name here, a way to sign in where there are several, and its configuration."""
    ways = {way["name"]: way["name"] for way in connector["auth"]}
    several = (Field("auth", "Sign in by", "choice", required=True, choices=ways, default=next(iter(ways))),) if len(ways) > 1 else ()
    permissions = tuple(connector["permissions"])
    granted = Field("permissions", "What it may do", "many", choices=permissions, default=list(permissions))
    return (Field("name", "Name", default=connector["name"]), *several, *configuration(connector), *OPTIONS, granted)


def change_fields(_row: Row, connector: Row) -> tuple[Field, ...]:
    """Return what can be changed about an installation."""
    return (Field("name", "Name", required=True), *configuration(connector), *OPTIONS)


def mapping_fields(row: Row, connector: Row) -> tuple[Field, ...]:
    """Return one field for each resource of a connector: our field and the vendor's, line by line where every entry is that simple."""
    return tuple(_mapping(one, row["mappings"].get(one["name"]) or {}) for one in connector["resources"])


def _mapping(resource: Row, entries: Mapping[str, Any]) -> Field:
    plain = all(isinstance(entry, str) for entry in entries.values())
    placeholder = "first_name: FNAME" if plain else '{"first_name": {"remote": "FNAME"}}'
    return Field(f"config.mappings.{resource['name']}", resource["title"], "pairs" if plain else "json", placeholder=placeholder)


def configuration(connector: Row) -> tuple[Field, ...]:
    """Return a field for each property of a connector's schema."""
    schema = connector["config_schema"]
    return tuple(_property(name, rules, name in schema.get("required", ())) for name, rules in schema.get("properties", {}).items())


def _property(name: str, rules: Mapping[str, Any], required: bool) -> Field:  # noqa: FBT001 - a word of the schema
    title, secret = rules.get("title", name), bool(rules.get("writeOnly"))
    kind = "choice" if "enum" in rules else "password" if secret else KINDS.get(str(rules.get("type")), "text")
    choices = tuple(str(word) for word in rules.get("enum", ()))
    return Field(f"config.{name}", title, kind, required, rules.get("description", ""), rules.get("default"), choices, secret=secret)
