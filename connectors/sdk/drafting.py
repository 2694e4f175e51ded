"""Drafts a connector's folder from a description: the texts of its files, and of its tests'. Nothing is written here.

The draft is a manifest and field maps without Python: it reads, writes and passes the suite, and every guess in it is named as a gap, so
that it cannot be taken for a finished connector.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

from connectors.sdk.descriptions import Collection, Description

KEY: Final = re.compile(r"[a-z][a-z0-9_]{1,40}")
MOST_RESOURCES: Final = 12
NOUNS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("contact", "person", "people", "member", "subscriber", "customer", "lead"), "contact"),
    **dict.fromkeys(("compan", "organi", "account"), "company"),
    **dict.fromkeys(("deal", "opportunit"), "deal"),
    **dict.fromkeys(("task", "event", "meeting", "note"), "activity"),
    **{noun: noun for noun in ("product", "order", "invoice", "payment")},
}
SYNONYMS: Final[Mapping[str, tuple[str, ...]]] = {
    "email": ("email", "email_address", "emailAddress", "mail"),
    "first_name": ("first_name", "firstName", "firstname", "given_name", "givenName"),
    "last_name": ("last_name", "lastName", "lastname", "family_name", "familyName", "surname"),
    "phone": ("phone", "phone_number", "phoneNumber", "mobile"),
    "name": ("name", "title", "display_name"),
    "domain": ("domain", "website"),
    "subject": ("subject", "summary", "title"),
}
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "contact": ("email", "first_name", "last_name", "phone"),
    "company": ("name", "domain", "phone"),
    "deal": ("name",),
    "product": ("name",),
    "activity": ("subject",),
}
AUTH_OF_NONE: Final[Mapping[str, Any]] = {"kind": "bearer", "secret": "token"}


class Draft:
    """A connector drafted from a description."""

    def __init__(self, key: str, description: Description) -> None:
        """Take the key it gets. Raises ValueError for one that is no name, or a description without a listing."""
        if not KEY.fullmatch(key):
            raise ValueError("The key is a name in snake_case, such as acme or acme_crm.")
        self.key, self.description = key, description
        self.collections = {one.name: one for one in sorted(description.collections(), key=lambda one: not noun_of(one.name))[:MOST_RESOURCES]}
        if not self.collections:
            raise ValueError("The description has no listing of objects that a connector could read.")

    def folder(self) -> dict[str, str]:
        """Return the files of the connector's folder by name."""
        title = self.description.title
        files = {
            "__init__.py": f'"""{title.rstrip(".")}: drafted from the vendor\'s description."""\n',
            "manifest.toml": self.manifest(),
            "icon.svg": icon(title),
        }
        maps, provider = self.maps(), self.provider()
        return {**files, **({"mapping.toml": maps} if maps else {}), **({"provider.toml": provider} if provider else {})}

    def tests(self) -> dict[str, str]:
        """Return the files of its tests' folder by name."""
        name = "".join(part.capitalize() for part in self.key.split("_"))
        return {
            "__init__.py": "",
            "description.json": json.dumps(self.slice(), indent=1, ensure_ascii=False) + "\n",
            "test_connector.py": TEST.format(title=self.description.title.rstrip("."), name=name, key=self.key, config=self.sample_config()),
        }

    def manifest(self) -> str:
        """Return the manifest."""
        parts = [
            toml(self.head()) + f"permissions = {literal(self.permissions())}\n",
            *(f"[auth.{name}]\n{toml(auth)}" for name, auth in self.auth().items()),
        ]
        required, properties = self.config()
        parts += [f"[config]\n{toml({'required': required})}", *(f"[config.properties.{name}]\n{toml(rules)}" for name, rules in properties.items())]
        parts += [f"[resources.{one.name}]\n{toml(self.resource(one))}" for one in self.collections.values()]
        return "\n".join([*parts, f"[resources.probe]\n{toml(self.probe())}"])

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
            "hosts": [address.removeprefix("https://").partition("/")[0] if address else "{address}"],
            "gaps": [
                "Drafted from a description: paging, deletes and field maps are guesses until they were tried on a real account.",
                "The vendor's limits are not declared.",
            ],
        }

    def permissions(self) -> list[str]:
        """Return what the connector has to be allowed here."""
        plural = {"company": "companies", "activity": "activities"}
        nouns = {plural.get(noun, f"{noun}s") for name in self.collections if (noun := noun_of(name))}
        return sorted(f"{noun}.{way}" for noun in nouns for way in ("read", "write"))

    def auth(self) -> dict[str, Mapping[str, Any]]:
        """Return the ways to authenticate that are described and can be used."""
        found = {re.sub(r"\W+", "_", name).lower(): self._auth(scheme) for name, scheme in self.description.schemes.items()}
        return {name: auth for name, auth in found.items() if auth} or {"token": AUTH_OF_NONE}

    def _auth(self, scheme: Mapping[str, Any]) -> Mapping[str, Any] | None:
        kind, place = scheme.get("type"), scheme.get("in")
        if kind == "apiKey" and place in ("header", "query"):
            return {"kind": "api_key", "secret": "apiKey", "place": place, "name": str(scheme["name"])}
        if kind == "http":
            basic = {"kind": "basic", "user": "user", "password": "password"}
            return basic if str(scheme.get("scheme")).lower() == "basic" else AUTH_OF_NONE
        if kind == "oauth2" and self.provider():
            return {"kind": "oauth2", "provider": self.key}
        return None

    def provider(self) -> str:
        """Return the provider file, nothing where no authorization code flow is described."""
        for scheme in self.description.schemes.values():
            flow = scheme.get("flows", {}).get("authorizationCode", {})
            urls = [str(flow.get(name, "")) for name in ("authorizationUrl", "tokenUrl")]
            if all(url.startswith("https://") for url in urls):
                hosts = sorted({url.removeprefix("https://").partition("/")[0] for url in urls})
                return toml({"title": self.description.title, "authorize_url": urls[0], "token_url": urls[1], "hosts": hosts})
        return ""

    def config(self) -> tuple[list[str], dict[str, dict[str, Any]]]:
        """Return the required fields, and all fields."""
        kinds = self.auth().values()
        secret = {"type": "string", "writeOnly": True, "format": "password"}
        wanted = [str(auth[name]) for auth in kinds for name in ("secret", "user", "password") if name in auth]
        properties: dict[str, dict[str, Any]] = {
            name: {"title": words(name), **secret} if name != "user" else {"title": "User", "type": "string"} for name in wanted
        }
        if not self.description.address:
            properties = {"address": {"title": "Address of the API", "type": "string", "format": "uri"}, **properties}
        return [name for name in properties if name == "address" or len(kinds) == 1], properties

    def sample_config(self) -> str:
        """Return a configuration that passes, as Python."""
        _, properties = self.config()
        return json.dumps({name: "https://api.vendor.example" if name == "address" else f"{name}-of-a-test" for name in properties})

    def resource(self, one: Collection) -> dict[str, Any]:
        """Return one declared resource."""
        return {"title": words(one.name), "local": noun_of(one.name), "writes": list(one.writes), "deletes": "snapshot", **one.members}

    def probe(self) -> dict[str, Any]:
        """Return how the account is asked for."""
        path, identity = self.description.probe()
        return {"reads": False, "list": path or next(iter(self.collections.values())).path, "id": identity}

    def maps(self) -> str:
        """Return the field maps of what has a noun here."""
        parts = []
        for one in self.collections.values():
            noun = noun_of(one.name)
            fields = {ours: self.description.first(one.schema, SYNONYMS[ours]) for ours in FIELDS.get(noun, ())}
            fields = {ours: theirs for ours, theirs in fields.items() if theirs}
            if fields:
                parts.append(f"[{one.name}]\n{toml({'local': noun})}\n[{one.name}.fields]\n{toml(fields)}")
        return "\n".join(parts)

    def slice(self) -> dict[str, Any]:
        """Return the description without what is not used: what the tests hold every request and answer against."""
        used = [*(path for one in self.collections.values() for path in one.used if path), self.probe()["list"]]
        document = self.description.document
        paths = {path: item for path, item in document["paths"].items() if path in used}
        kept: dict[str, Any] = {"openapi": document["openapi"], "info": {"title": self.description.title, "version": "draft"}}
        kept |= {"servers": [{"url": self.description.address or "https://api.vendor.example"}], "paths": paths}
        for _, kind, name in sorted(references(document, paths)):
            kept.setdefault("components", {}).setdefault(kind, {})[name] = document["components"][kind][name]
        return kept


TEST: Final = '''"""{title}: the suite, and what only {title} does."""

from __future__ import annotations

from pathlib import Path

from tests.connectors.conformance import Conformance


class Test{name}(Conformance, key="{key}"):
    description = Path(__file__).with_name("description.json")
    config = {config}  # noqa: RUF012 - values of a test
'''


def noun_of(name: str) -> str:
    """Return what rows of a listing are here, nothing where there is nothing like it."""
    return next((noun for stem, noun in NOUNS.items() if name.rsplit("_", 1)[-1].startswith(stem)), "")


def words(name: str) -> str:
    """Return a name in words."""
    return re.sub(r"[_-]+|(?<=[a-z])(?=[A-Z])", " ", name).strip().capitalize()


def references(document: Mapping[str, Any], part: Any, found: set[tuple[str, str, str]] | None = None) -> set[tuple[str, str, str]]:
    """Return every component that a part of the document names, and those that these name."""
    found = set() if found is None else found
    for value in part.values() if isinstance(part, Mapping) else part if isinstance(part, list) else ():
        references(document, value, found)
    reference = tuple(str(part.get("$ref", "")).removeprefix("#/").split("/")) if isinstance(part, Mapping) else ()
    if len(reference) == 3 and reference not in found:
        found.add((reference[0], reference[1], reference[2]))
        references(document, document["components"][reference[1]][reference[2]], found)
    return found


def toml(members: Mapping[str, Any]) -> str:
    """Return members as lines of TOML; empty texts, lists and tables are left out."""
    return "".join(f"{bare(name)} = {literal(value)}\n" for name, value in members.items() if value not in ("", [], {}, None))


def literal(value: Any) -> str:
    """Return a value as TOML writes it. JSON's strings and numbers are TOML's too."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{bare(name)} = {literal(one)}" for name, one in value.items() if one != "") + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    return quoted(value) if isinstance(value, str) else json.dumps(value)


def bare(name: str) -> str:
    """Return a name as a key of TOML."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else quoted(name)


def quoted(text: str) -> str:
    """Return a text in quotes: JSON's are TOML's, but for surrogates, and for DEL, which TOML wants escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def icon(title: str) -> str:
    """Return a picture with the first letter, in a colour that the title makes."""
    hue = sum(map(ord, title)) * 47 % 360
    letter = escape(next(iter(title.upper()), "?"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" role="img" aria-label="{escape(title)}">'
        f'<rect width="64" height="64" rx="12" fill="hsl({hue} 55% 32%)"/><text x="32" y="42" text-anchor="middle" '
        f'font-family="sans-serif" font-size="28" font-weight="600" fill="#fff">{letter}</text></svg>\n'
    )


def files_of(key: str, document: Any) -> Iterator[tuple[str, str]]:
    """Yield every file of a drafted connector, its path relative to the project. Raises ValueError for what cannot be drafted."""
    draft = Draft(key, Description(document))
    yield from ((f"connectors/catalog/{key}/{name}", text) for name, text in draft.folder().items())
    yield from ((f"tests/connectors/catalog/{key}/{name}", text) for name, text in draft.tests().items())
