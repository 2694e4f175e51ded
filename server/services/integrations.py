"""The catalogue as tenants see it: what can be connected, what each asks for, what others think of it, and how well it is proven.

The quality tier is computed from what tests have shown of exactly the files that are here; nobody declares one.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import orjson
from pydantic import BaseModel

from server.domain.errors import Missing
from server.domain.permissions import permit
from server.outbound import catalogue
from server.services import connector_packages as packages
from server.services import pages
from server.store import connector_packages, installations, integration_reviews

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.domain.actor import Actor
    from server.outbound.catalogue import FieldMaps, Manifest

QUALITY: Final = Path(__file__).parents[2] / "resources" / "connector_quality.json"
Tier = Literal["unrated", "bronze", "silver", "gold", "platinum"]
_ICON: Final = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#64748b" d="M8 2v5H6v4a6 6 0 0 0 5 5.9V22h2v-5.1a6 6 0 0 0 5-5.9V7h-2V2'
    b'h-2v5h-4V2z"/></svg>'
)


class WayView(BaseModel):
    """A way to authenticate: its name for `auth`, the configuration fields it needs, and the provider and scopes of a consent."""

    name: str
    kind: str
    fields: list[str]
    provider: str | None
    scopes: list[str]


class MappedView(BaseModel):
    """Which of our fields is which of the vendor's, and which way it goes. `refers` are the resources that a link leads to."""

    field: str
    path: str
    direction: Literal["both", "in", "out"]
    refers: list[str]


class ResourceView(BaseModel):
    """A noun of the vendor's that can be synchronised; `local` is what it is here, `deletes` how its deletes become known.

    `mapping` is the connector's own; an installation may have entries that take the place of some of it.
    """

    name: str
    title: str
    local: str | None
    reads: bool
    writes: list[str]
    deletes: str | None
    mapping: list[MappedView]


class IntegrationView(BaseModel):
    """A connector of the catalogue. `config_schema` has writeOnly on secrets; `rating` is the average of `reviews` reviews, null without."""

    id: str
    object: str
    key: str
    name: str
    description: str
    category: str
    publisher: str
    version: str
    versions: list[str]
    config_schema: dict[str, Any]
    icon_url: str
    documentation_url: str
    permissions: list[str]
    auth: list[WayView]
    resources: list[ResourceView]
    hosts: list[str]
    topics: list[str]
    gaps: list[str]
    quality_tier: Tier
    rating: float | None
    reviews: int
    installed: int
    third_party: bool
    signed_by: str | None


class CategoryView(BaseModel):
    """A category, and how many connectors it has."""

    id: str
    object: str
    name: str
    integrations: int


def require(key: str) -> Manifest:
    """Return a connector's manifest. Raises Missing."""
    packages.refresh()
    return catalogue.manifest(key)


def _way(found: Manifest, name: str) -> dict[str, Any]:
    way = found.auth[name]
    scopes = catalogue.scopes_of(found, name)
    return {
        "name": name,
        "kind": catalogue.kind_of(way),
        "fields": catalogue.fields_of(way),
        "provider": getattr(way, "provider", None),
        "scopes": scopes,
    }


def _resource(one: Any, maps: FieldMaps | None) -> dict[str, Any]:
    mapped = [{"field": each.local, "path": each.remote, "direction": each.way, "refers": list(each.refers)} for each in maps.fields] if maps else []
    plain = {"name": one.name, "title": one.title, "local": one.local or None, "reads": one.reads, "writes": list(one.writes)}
    return {**plain, "deletes": one.deletes or None, "mapping": mapped}


@cache
def _quality() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = orjson.loads(QUALITY.read_bytes()) if QUALITY.exists() else {}
    return found


def tier_of(found: Manifest) -> Tier:
    """Return the tier that tests have shown of these very files; what they did not look at is unrated."""
    shown = _quality().get(found.key)
    if shown is None or shown["digest"] != catalogue.digest(found.folder):
        return "unrated"
    tier: Tier = shown["tier"]
    return tier


def _shown(found: Manifest, public_url: str, around: Mapping[str, Any]) -> dict[str, Any]:
    key, table, maps = found.key, found.tables, catalogue.maps(found.key, found.version)
    rating, reviews = around["ratings"].get(key, (None, 0))
    signed = around["packages"].get((key, found.version))
    return {
        "id": key,
        "object": "integration",
        "key": key,
        "name": found.title,
        "description": table["description"],
        "category": table["category"],
        "publisher": table["publisher"],
        "version": found.version,
        "versions": catalogue.versions(key),
        "config_schema": dict(found.config_schema),
        "icon_url": f"{public_url.rstrip('/')}/api/v1/integrations/{key}/icon",
        "documentation_url": table["documentation"],
        "permissions": list(table["permissions"]),
        "auth": [_way(found, name) for name in found.auth],
        "resources": [_resource(one, maps.get(one.name)) for one in found.resources.values() if one.name != catalogue.PROBE],
        "hosts": list(found.hosts),
        "topics": list(found.hook.topics) if found.hook else [],
        "gaps": list(table.get("gaps", ())),
        "quality_tier": tier_of(found),
        "rating": rating,
        "reviews": reviews,
        "installed": around["installed"].get(key, 0),
        "third_party": not catalogue.is_built_in(key),
        "signed_by": signed["signed_by"] if signed else None,
    }


def _around(actor: Actor) -> dict[str, Any]:
    """Return what the database knows about connectors, for all of them at once."""
    return {
        "ratings": integration_reviews.ratings(),
        "packages": {(row["key"], row["version"]): row for row in connector_packages.rows()},
        "installed": installations.counts_by_integration(actor.tenant_id, actor.mode),
    }


def get(actor: Actor, key: str, public_url: str) -> dict[str, Any]:
    """Return a connector. Raises Missing."""
    permit(actor, "integrations:read")
    return _shown(require(key), public_url, _around(actor))


def list_page(actor: Actor, cursor: str | None, limit: int, chosen: Mapping[str, str], public_url: str) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of the catalogue in the order of its keys; `chosen` may hold category, publisher, quality_tier and search."""
    permit(actor, "integrations:read")
    packages.refresh()
    wanted = sorted((one for one in catalogue.manifests().values() if _fits(one, chosen)), key=lambda one: one.key)
    scope = pages.scope_of(actor, "integrations", *sorted(chosen.items()))
    rows, following = pages.page(
        scope, cursor, limit, lambda after, most: [{"id": one.key, "found": one} for one in wanted if one.key > after][:most]
    )
    around = _around(actor)
    return [_shown(row["found"], public_url, around) for row in rows], following


def _fits(found: Manifest, chosen: Mapping[str, str]) -> bool:
    table = found.tables
    plain = all(str(table[name]).casefold() == chosen[name].casefold() for name in ("category", "publisher") if name in chosen)
    if not plain or chosen.get("quality_tier", tier_of(found)) != tier_of(found):
        return False
    text = " ".join((found.key, found.title, table["description"], table["category"], table["publisher"], *table.get("keywords", ()))).casefold()
    return all(word in text for word in chosen.get("search", "").casefold().split())


def categories(actor: Actor) -> list[dict[str, Any]]:
    """Return the categories that are not empty, with how many connectors each has."""
    permit(actor, "integrations:read")
    found: dict[str, int] = {}
    for one in catalogue.manifests().values():
        found[one.tables["category"]] = found.get(one.tables["category"], 0) + 1
    return [{"id": name, "object": "category", "name": name, "integrations": count} for name, count in sorted(found.items())]


def icon(key: str) -> bytes:
    """Return a connector's icon as SVG, a plain one where it has none. Raises Missing."""
    path = require(key).icon
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return _ICON


def require_version(key: str, version: str) -> Manifest:
    """Return the manifest of one version of a connector. Raises Missing when that version is not here."""
    packages.refresh()
    found = catalogue.manifest(key, version)
    if found.version != version:
        raise Missing(f"Version {version} of '{key}' is not here; there are {', '.join(catalogue.versions(key))}.", code="version_not_here")
    return found
