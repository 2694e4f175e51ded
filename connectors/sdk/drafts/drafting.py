"""Drafts a connector's folder from a description: the texts of its files, and of its tests'. Nothing is written here.

The draft is a manifest and field maps without Python: it reads, writes and passes the suite, and every guess in it is named as a gap, so
that it cannot be taken for a finished connector.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from connectors.sdk.drafts.authenticating import Authentication
from connectors.sdk.drafts.descriptions import Description
from connectors.sdk.drafts.listings import Collection, Listings
from connectors.sdk.drafts.naming import words
from connectors.sdk.drafts.nouns import PLURALS, maps_of
from connectors.sdk.drafts.probing import probe_of
from connectors.sdk.drafts.questions import questions
from connectors.sdk.drafts.sampling import sample
from connectors.sdk.drafts.slicing import sliced
from connectors.sdk.drafts.writing import TEST, icon, literal, plain, toml

KEY: Final = re.compile(r"[a-z][a-z0-9_]{1,40}")
MOST_RESOURCES: Final = 8
ELSEWHERE: Final = "https://api.vendor.example"
"""The address of a vendor that names none, in its tests."""
CONFIG_RULES: Final = ("enum", "pattern", "default", "minLength", "maxLength")


class Draft:
    """A connector drafted from a description."""

    def __init__(self, key: str, description: Description) -> None:
        """Take the key it gets. Raises ValueError for one that is no name, or a description without a listing."""
        if not KEY.fullmatch(key):
            raise ValueError("The key is a name in snake_case, such as acme or acme_crm.")
        self.key, self.description = key, description
        self.listings = Listings(description)
        self.collections = self.listings.best(MOST_RESOURCES)
        if not self.collections:
            raise ValueError("The description has no listing of objects that a connector could read; what only sends is written by hand.")
        self.authentication = Authentication(key, description)
        self.probe = probe_of(description, self.collections, self.listings.usual)
        self.maps = {one.name: maps_of(one.name, description, one.schema) for one in self.collections}

    def folder(self) -> dict[str, str]:
        """Return the files of the connector's folder by name."""
        files = {
            "__init__.py": f'"""{plain(self.description.title)}: drafted from the vendor\'s description."""\n',
            "manifest.toml": self.manifest(),
            "icon.svg": icon(self.description.title),
        }
        maps = "\n".join(f"[{name}]\n{toml(head)}\n[{name}.fields]\n{toml(fields)}" for name, (head, fields) in self.maps.items() if fields)
        provider = toml(self.authentication.provider())
        return {**files, **({"mapping.toml": maps} if maps else {}), **({"provider.toml": provider} if provider else {})}

    def tests(self) -> dict[str, str]:
        """Return the files of its tests' folder by name."""
        name = "".join(part.capitalize() for part in self.key.split("_"))
        title = plain(self.description.title)
        return {
            "__init__.py": "",
            "description.json": json.dumps(self.slice(), indent=1, ensure_ascii=False) + "\n",
            "test_connector.py": TEST.format(title=title, name=name, key=self.key, config=json.dumps(self.sample_config())),
        }

    def manifest(self) -> str:
        """Return the manifest."""
        parts = [
            toml(self.head()) + f"permissions = {literal(self.permissions())}\n",
            *(f"[auth.{name}]\n{toml(auth)}" for name, auth in self.authentication.ways().items()),
        ]
        required, properties = self.config()
        parts += [f"[config]\n{toml({'required': required})}", *(f"[config.properties.{name}]\n{toml(rules)}" for name, rules in properties.items())]
        parts += [f"[resources.{one.name}]\n{toml(self.resource(one))}" for one in self.collections]
        return "\n".join([*parts, f"[resources.probe]\n{toml(self.probe)}"])

    def head(self) -> dict[str, Any]:
        """Return what stands at the top of the manifest."""
        found, address = self.description, self.description.address
        return {
            "key": self.key,
            "title": found.title,
            "description": f"Records of {found.title}.",
            "version": "0.1.0",
            "state_version": 1,
            "category": "crm",
            "publisher": "You",
            "documentation": found.documentation,
            "address": address or "{address}",
            "hosts": [urlsplit(address).netloc.partition(":")[0].lower() if address else "{address}"],
            "gaps": self.gaps(),
        }

    def gaps(self) -> list[str]:
        """Return what a person still has to decide, each as a sentence."""
        left = sum(1 for _ in self.listings.all()) - len(self.collections)
        return list(questions(self.description, self.collections, self.authentication.ways(), left=left, probed=bool(self.probe.get("id"))))

    def permissions(self) -> list[str]:
        """Return what the connector has to be allowed here."""
        nouns = {PLURALS.get(noun, f"{noun}s") for head, _ in self.maps.values() if (noun := head.get("local"))}
        return sorted(f"{noun}.{way}" for noun in nouns for way in ("read", "write"))

    def config(self) -> tuple[list[str], dict[str, dict[str, Any]]]:
        """Return the required fields, and all fields: the address where none is told, what paths need, and the secrets."""
        kinds = self.authentication.ways().values()
        secret = {"type": "string", "writeOnly": True, "format": "password"}
        wanted = [str(auth[name]) for auth in kinds for name in ("secret", "user", "password") if name in auth]
        properties: dict[str, dict[str, Any]] = {name: entered(name, schema) for name, schema in self.asked().items()}
        required = list(properties)
        properties |= {name: {"title": words(name), **secret} if name != "user" else {"title": "User", "type": "string"} for name in wanted}
        if not self.description.address:
            properties = {"address": {"title": "Address of the API", "type": "string", "format": "uri"}, **properties}
            required = ["address", *required]
        return [*required, *(wanted if len(kinds) == 1 else ())], properties

    def asked(self) -> dict[str, Mapping[str, Any]]:
        """Return what has to be known before anything can be asked, each with its schema."""
        inside = {name: {"type": "string"} for name in re.findall(r"\{(\w+)\}", self.description.address)}
        return {**inside, **self.probed_with(), **{name: schema for one in self.collections for name, schema in one.asked.items()}}

    def probed_with(self) -> dict[str, Mapping[str, Any]]:
        """Return what the probe's path needs."""
        return {name: {"type": "string"} for name in re.findall(r"\{(\w+)\}", str(self.probe["list"]))}

    def sample_config(self) -> dict[str, Any]:
        """Return a configuration that passes."""
        _, properties = self.config()
        asked = {name: sample(name, schema) for name, schema in self.asked().items()}
        return {name: ELSEWHERE if name == "address" else asked.get(name, f"{name}-of-a-test") for name in properties}

    def resource(self, one: Collection) -> dict[str, Any]:
        """Return one declared resource."""
        head, _ = self.maps[one.name]
        reading, writing = (self.authentication.scopes(one.path, verb) for verb in ("get", "post"))
        declared = {"title": words(one.name), "local": head.get("local", ""), "writes": list(one.writes), "deletes": "snapshot"}
        return {**declared, "scopes": reading, "write_scopes": writing if one.writes else [], **one.members}

    def slice(self) -> dict[str, Any]:
        """Return the description without what is not used: what the tests hold every request and answer against."""
        used = [path for one in self.collections for path in one.used if path]
        probed = [path for path in self.description.document["paths"] if same(path, str(self.probe["list"]))]
        address = self.description.address or ELSEWHERE
        for name, value in self.sample_config().items():
            address = address.replace(f"{{{name}}}", str(value))
        return sliced(self.description.document, dict.fromkeys([*used, *probed[:1]]), address)


def entered(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a field of the configuration for a value that paths need."""
    kind = schema.get("type") if schema.get("type") in ("string", "integer") else "string"
    rules = {word: schema[word] for word in CONFIG_RULES if word in schema and kind == "string"}
    return {"title": words(name), "type": kind, **rules}


def same(template: str, path: str) -> bool:
    """Tell whether a path of ours is one of the description, whatever its placeholders are called."""
    return re.sub(r"\{[^}]*\}", "{}", template) == re.sub(r"\{[^}]*\}", "{}", path.partition("?")[0])


def files_of(key: str, document: Any) -> Iterator[tuple[str, str]]:
    """Yield every file of a drafted connector, its path relative to the project. Raises ValueError for what cannot be drafted."""
    draft = Draft(key, Description(document))
    yield from ((f"connectors/catalog/{key}/{name}", text) for name, text in draft.folder().items())
    yield from ((f"tests/connectors/catalog/{key}/{name}", text) for name, text in draft.tests().items())
