"""Forms that come of a connector's manifest: what installing asks for, what can be changed, and which of our fields is which of the vendor's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from app.pages.specs import Row
from app.system.languages import tr
from app.widgets.fields import Field

KINDS: Final[Mapping[str, str]] = {"boolean": "switch", "integer": "number", "number": "number", "array": "lines", "object": "json"}
POLICIES: Final = {"newest": "The newest change", "remote": "The vendor's side", "local": "Our side", "ask": "Ask a person"}
DIRECTIONS: Final = {"both": "Both ways", "import": "From the vendor only", "export": "To the vendor only"}
# Where an installation's vendor lists what one of its settings may be, and which fields a resource has.
CHOICES: Final = "/installations/{id}/options"
FIELDS: Final = "/installations/{id}/fields"
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


def change_fields(row: Row, connector: Row) -> tuple[Field, ...]:
    """Return what can be changed about an installation; what lies at the vendor is offered as the vendor has it now."""
    live = {
        name: f"{CHOICES.format(id=row['id'])}/{name}" for name, rules in connector["config_schema"]["properties"].items() if "x-options" in rules
    }
    return (Field("name", "Name", required=True), *configuration(connector, live), *OPTIONS)


def mapping_fields(row: Row, connector: Row) -> tuple[Field, ...]:
    """Return one field for each resource of a connector: our field and the vendor's, line by line where every entry is that simple."""
    place = FIELDS.format(id=row["id"])
    titles = {one["name"]: one["title"] for one in connector["resources"]}
    return tuple(_mapping(one, row["mappings"].get(one["name"]) or {}, f"{place}/{one['name']}", titles) for one in connector["resources"])


def _mapping(resource: Row, entries: Mapping[str, Any], source: str, titles: Mapping[str, str]) -> Field:
    plain = all(isinstance(entry, str) for entry in entries.values())
    placeholder = "first_name: FNAME" if plain else '{"first_name": {"remote": "FNAME"}}'
    key, kind = f"config.mappings.{resource['name']}", "mapping" if plain else "json"
    links, source = links_of(resource, titles), source if plain else ""
    return Field(key, resource["title"], kind, help=links, placeholder=placeholder, source=source, source_keys=("id", "title"))


def links_of(resource: Row, titles: Mapping[str, str]) -> str:
    """Return in words which fields of a resource lead to which others; they are made and followed by the appliance."""
    links = [(one["field"], one["refers"]) for one in resource["mapping"] if one["refers"]]
    told = [tr("{field} is a link to {others}.", field=field, others=", ".join(titles.get(name, name) for name in refers)) for field, refers in links]
    return " ".join(told)


def configuration(connector: Row, live: Mapping[str, str] | None = None) -> tuple[Field, ...]:
    """Return a field for each property of a connector's schema; `live` says where the choices of some are listed."""
    found = schema_fields(connector["config_schema"], "config.")
    return tuple(
        replace(one, kind="choice", source=live[name], source_keys=("id", "title"))
        if live and (name := one.key.removeprefix("config.")) in live
        else one
        for one in found
    )


def schema_fields(schema: Mapping[str, Any], prefix: str = "") -> tuple[Field, ...]:
    """Return a field for each property of a schema."""
    needed = schema.get("required", ())
    return tuple(_property(prefix + name, name, rules, name in needed) for name, rules in schema.get("properties", {}).items())


def _property(key: str, name: str, rules: Mapping[str, Any], required: bool) -> Field:  # noqa: FBT001 - a word of the schema
    title, secret = rules.get("title", name), bool(rules.get("writeOnly"))
    kind = "choice" if "enum" in rules else "password" if secret else KINDS.get(str(rules.get("type")), "text")
    choices = tuple(str(word) for word in rules.get("enum", ()))
    return Field(key, title, kind, required, rules.get("description", ""), rules.get("default"), choices, secret=secret)
