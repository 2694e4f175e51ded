"""Reads a folder's manifest.toml: everything about a connector that can be known without running it. No connector is imported here.

A manifest that is wrong in any way is refused with everything that is wrong about it, each with its place.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from connectors.sdk import limits as limit_kinds
from connectors.sdk.auth import Auth, parse_auth, secret_fields
from connectors.sdk.declaring import fill
from connectors.sdk.limits import Limit
from connectors.sdk.schema import WORDS
from connectors.sdk.signature import Hook
from connectors.sdk.values import Problem

CATEGORIES: Final = (
    "analytics",
    "automation",
    "calendar",
    "commerce",
    "communication",
    "crm",
    "documents",
    "finance",
    "hosting",
    "identity",
    "marketing",
    "monitoring",
)
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{1,40}")
_VERSION: Final = re.compile(r"\d+\.\d+\.\d+")
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_HOST: Final = re.compile(r"(\*\.)?[a-z0-9{][a-z0-9._{}-]*")
REQUIRED: Final = ("key", "title", "description", "version", "category", "publisher", "documentation", "address", "hosts", "permissions")
MEMBERS: Final = frozenset({*REQUIRED, "state_version", "gaps", "auth", "config", "derived", "limits", "webhook", "resources", "keywords"})


class ManifestError(ValueError):
    """A manifest is wrong; `problems` holds everything about it that is."""

    def __init__(self, path: str, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{path}: " + "; ".join(problems))


@dataclass(frozen=True)
class Derived:
    """A placeholder that is a part of a configuration field: the first group of `pattern` in the field `of`."""

    of: str
    pattern: str
    default: str = ""

    def value(self, known: Mapping[str, str]) -> str:
        """Return the part, else the default."""
        found = re.search(self.pattern, known.get(self.of, ""))
        return found[1] if found else self.default


@dataclass(frozen=True)
class Declared:
    """A resource as the manifest describes it. `local` is the noun it is here; `rest` is what a connector without Python is made of."""

    name: str
    title: str
    local: str = ""
    reads: bool = True
    writes: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    write_scopes: tuple[str, ...] = ()
    deletes: str = ""
    rest: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    """One manifest. `tables` is the whole file as it was read."""

    folder: Path
    tables: Mapping[str, Any] = field(repr=False)

    @property
    def key(self) -> str:
        """The connector's name everywhere."""
        return str(self.tables["key"])

    @property
    def title(self) -> str:
        """What people call it."""
        return str(self.tables["title"])

    @property
    def version(self) -> str:
        """The version, as three numbers."""
        return str(self.tables["version"])

    @property
    def state_version(self) -> int:
        """The version of what installations keep; migrations lead from one to the next."""
        return int(self.tables.get("state_version", 1))

    @property
    def address(self) -> str:
        """The address that paths are below, with placeholders."""
        return str(self.tables["address"])

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that may be called, with placeholders."""
        return tuple(self.tables["hosts"])

    @cached_property
    def auth(self) -> Mapping[str, Auth]:
        """The ways to authenticate, by name; the first is offered first."""
        return {name: parse_auth(table) for name, table in self.tables.get("auth", {}).items()}

    @cached_property
    def limits(self) -> tuple[Limit, ...]:
        """What the vendor allows."""
        return tuple(limit_kinds.parse_limit(table) for table in self.tables.get("limits", ()))

    @cached_property
    def hook(self) -> Hook | None:
        """How the vendor calls us, None where it does not."""
        table = self.tables.get("webhook")
        return fill(Hook, table) if table else None

    @cached_property
    def resources(self) -> Mapping[str, Declared]:
        """The nouns, by their name at the vendor."""
        return {name: _declared(name, table) for name, table in self.tables.get("resources", {}).items()}

    @cached_property
    def derived(self) -> Mapping[str, Derived]:
        """Placeholders that are parts of configuration fields."""
        return {name: fill(Derived, table) for name, table in self.tables.get("derived", {}).items()}

    @cached_property
    def config_schema(self) -> Mapping[str, Any]:
        """What an installation has to be told, as a JSON schema; secrets are `writeOnly`."""
        config = self.tables.get("config", {})
        return {
            "type": "object",
            "properties": config.get("properties", {}),
            "required": list(config.get("required", ())),
            "additionalProperties": False,
        }

    @cached_property
    def secrets(self) -> tuple[str, ...]:
        """The configuration fields that are never shown again."""
        return tuple(name for name, rules in self.config_schema["properties"].items() if rules.get("writeOnly"))

    @property
    def summary(self) -> dict[str, Any]:
        """What the catalogue shows."""
        plain = ("key", "title", "description", "version", "category", "publisher", "documentation")
        return {
            **{name: self.tables[name] for name in plain},
            "permissions": list(self.tables["permissions"]),
            "gaps": list(self.tables.get("gaps", ())),
        }

    @property
    def icon(self) -> Path:
        """The file with the icon."""
        return self.folder / "icon.svg"

    @property
    def has_code(self) -> bool:
        """Whether there is Python in the folder; without, it is made of the manifest alone."""
        return (self.folder / "connector.py").exists()

    def known(self, config: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, str]:
        """Return what placeholders stand for."""
        plain = {name: str(value) for name, value in config.items() if isinstance(value, str | int)}
        known = {**defaults(self.config_schema), **plain, **fields}
        return {**{name: one.value(known) for name, one in self.derived.items()}, **known}

    def fill(self, template: str, known: Mapping[str, str]) -> str:
        """Return an address or a host with its placeholders filled in."""
        return _PLACEHOLDER.sub(lambda found: known.get(found[1], ""), template)

    def hosts_for(self, known: Mapping[str, str]) -> list[str]:
        """Return the hosts that may be called; of a field that holds an address, its host."""
        filled = [self.fill(host, known) for host in self.hosts]
        return [urlsplit(host).hostname or "" if "://" in host else host for host in filled]

    def host_problems(self, config: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield what is wrong with the address that a configuration leads to."""
        entered = {*config, *(name for name, one in self.derived.items() if one.of in config)}
        names = [name for name in _PLACEHOLDER.findall(self.address) if name in entered]
        host = urlsplit(self.fill(self.address, self.known(config, {}))).hostname or ""
        if names and not re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\.?", host):
            yield Problem(
                self.derived[names[0]].of if names[0] in self.derived else names[0], "wrong_host", "This leads to no host.", "Check the address."
            )


def defaults(schema: Mapping[str, Any]) -> dict[str, str]:
    """Return the defaults of a schema as texts."""
    return {name: str(rules["default"]) for name, rules in schema["properties"].items() if "default" in rules}


def _declared(name: str, table: Mapping[str, Any]) -> Declared:
    own = {key: value for key, value in table.items() if key in Declared.__dataclass_fields__ and key not in ("name", "rest")}
    deletes = table.get("deletes", "")
    rest = {key: value for key, value in table.items() if key not in own}
    if deletes:
        rest["deletes"], own["deletes"] = deletes, str(deletes.get("kind", "")) if isinstance(deletes, Mapping) else deletes
    return fill(Declared, {"title": name.capitalize(), **own, "name": name, "rest": rest})


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a folder. Raises ManifestError with everything that is wrong."""
    try:
        tables = tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ManifestError(folder.name, [str(error)]) from None
    manifest = Manifest(folder, tables)
    problems = list(problems_of(manifest))
    if problems:
        raise ManifestError(folder.name, problems)
    return manifest


def problems_of(manifest: Manifest) -> Iterator[str]:
    """Yield everything that is wrong with a manifest."""
    tables = manifest.tables
    lacking = [name for name in REQUIRED if name not in tables]
    yield from (f"`{name}` is missing" for name in lacking)
    yield from (f"`{name}` is not known" for name in tables if name not in MEMBERS)
    if lacking:
        return
    yield from _forms(manifest)
    for part in ("auth", "limits", "hook", "resources", "derived"):
        try:
            getattr(manifest, part)
        except ValueError as error:
            yield f"{part}: {error}"
            return
    yield from _fields(manifest)


def _forms(manifest: Manifest) -> Iterator[str]:
    tables = manifest.tables
    if not _KEY.fullmatch(manifest.key):
        yield "`key` is a name in snake_case"
    if not _VERSION.fullmatch(manifest.version):
        yield "`version` is three numbers, such as 1.0.0"
    if tables["category"] not in CATEGORIES:
        yield f"`category` is one of {', '.join(CATEGORIES)}"
    if not manifest.address.startswith(("https://", "{")):
        yield "`address` begins with https://, or with a placeholder"
    yield from (f"`hosts`: {host} is no name of a host" for host in manifest.hosts if not _HOST.fullmatch(host))


def _fields(manifest: Manifest) -> Iterator[str]:
    properties = manifest.config_schema["properties"]
    for name, rules in properties.items():
        yield from (f"config.{name}: `{word}` is not known" for word in rules if word not in WORDS)
    yield from (f"config: {name} is required and not declared" for name in manifest.config_schema["required"] if name not in properties)
    for name, auth in manifest.auth.items():
        yield from (f"auth.{name}: {secret} is no writeOnly field of config" for secret in secret_fields(auth) if secret not in manifest.secrets)
    if manifest.hook and manifest.hook.secret and manifest.hook.secret not in manifest.secrets:
        yield f"webhook.secret: {manifest.hook.secret} is no writeOnly field of config"
    yield from (f"resources.{name}: `deletes` is missing" for name, one in manifest.resources.items() if one.reads and not one.deletes)
