"""The catalogue: which connectors there are, and the one that is wanted. Listing reads manifests and imports none; loading imports one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from connectors.sdk.connector import Connector
from connectors.sdk.declared import declared_connector
from connectors.sdk.manifest import Manifest, read_manifest
from connectors.sdk.mapping import FieldMaps, read_maps
from connectors.sdk.provider import Provider, read_provider, read_providers

CATALOG = Path(__file__).parent / "catalog"
PROVIDERS = Path(__file__).parent / "providers"


@lru_cache(maxsize=1)
def manifests() -> Mapping[str, Manifest]:
    """Return the manifests of the catalogue by key, in order. Raises ManifestError for a folder that is wrong."""
    found = [read_manifest(path.parent) for path in sorted(CATALOG.glob("*/manifest.toml"))]
    return {manifest.key: manifest for manifest in sorted(found, key=lambda one: one.key)}


@lru_cache(maxsize=1)
def providers() -> Mapping[str, Provider]:
    """Return the identities by key: those that connectors share, and those that a folder has for itself, under its own key."""
    own = {manifest.key: manifest.folder / "provider.toml" for manifest in manifests().values()}
    return {**read_providers(PROVIDERS), **{key: read_provider(path, key) for key, path in own.items() if path.exists()}}


def connector(key: str) -> Connector:
    """Return a connector of the catalogue, not yet bound. Raises KeyError."""
    return make(manifests()[key])


def make(manifest: Manifest) -> Connector:
    """Return a connector of the catalogue's, or one that is made of its manifest alone."""
    if not manifest.has_code:
        return declared_connector(manifest)
    return class_in(import_module(f"connectors.catalog.{manifest.folder.name}.connector"))(manifest)


def class_in(module: ModuleType) -> type[Connector]:
    """Return the connector that a module defines. Raises LookupError unless it is exactly one."""
    found = [one for one in vars(module).values() if isinstance(one, type) and issubclass(one, Connector) and one.__module__ == module.__name__]
    if len(found) != 1:
        raise LookupError(f"{module.__name__} defines {len(found)} connectors, not one")
    return found[0]


@lru_cache(maxsize=256)
def maps(key: str) -> Mapping[str, FieldMaps]:
    """Return the default field maps of a connector, by resource."""
    return read_maps(manifests()[key].folder)
