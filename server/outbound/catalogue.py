"""The catalogue of connectors: those that are built in, and packages of others that were unpacked and mounted here, versions side by side.

Everything is answered from manifests; a connector's code is imported when it is made. A package never stands in for what is built in.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from typing import TYPE_CHECKING, Final

from connectors import registry
from connectors.sdk.auth import KINDS, Auth, OAuth2, secret_fields
from connectors.sdk.declared import PROBE, declared_connector
from connectors.sdk.manifest import Manifest, ManifestError, read_manifest
from connectors.sdk.mapping import FieldMaps, parse_field, read_maps
from connectors.sdk.migration import migrate
from connectors.sdk.provider import Provider
from connectors.sdk.signature import Hook
from server.domain.errors import Bug, Missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from connectors.sdk.connector import Connector
    from connectors.sdk.values import Problem

__all__ = ["PROBE", "Auth", "FieldMaps", "Hook", "Manifest", "ManifestError", "Provider", "read_manifest"]
_mounted: Final[dict[tuple[str, str], Manifest]] = {}
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_PLAIN_FILES: Final = frozenset({".toml", ".py", ".svg"})


def mount(folders: Iterable[Path]) -> None:
    """Take exactly these folders as packages, in the order of their age, the newest last. Raises ManifestError for one that is wrong."""
    found = [read_manifest(folder) for folder in folders]
    _mounted.clear()
    _mounted.update({(one.key, one.version): one for one in found if one.key not in registry.manifests()})


def manifests() -> dict[str, Manifest]:
    """Return the newest manifest of every connector, by key."""
    return {**{key: one for (key, _), one in _mounted.items()}, **registry.manifests()}


def versions(key: str) -> list[str]:
    """Return the versions of a connector that are here, the newest first."""
    built_in = registry.manifests().get(key)
    return [built_in.version] if built_in else [version for one, version in reversed(_mounted) if one == key]


def is_built_in(key: str) -> bool:
    """Tell whether a connector came with the appliance."""
    return key in registry.manifests()


def manifest(key: str, version: str | None = None) -> Manifest:
    """Return a manifest: of a version where that is still here, else the newest. Raises Missing."""
    found = _mounted.get((key, version or "")) or manifests().get(key)
    if found is None:
        raise Missing(f"There is no integration '{key[:80]}'.")
    return found


def connector(key: str, version: str | None = None) -> Connector:
    """Return a connector, not yet bound. Raises Missing, or Bug for a package that holds none."""
    found = manifest(key, version)
    if (found.key, found.version) not in _mounted or not found.has_code:
        return registry.make(found)
    return _loaded(found.folder)(found)


@lru_cache(maxsize=256)
def _loaded(folder: Path) -> type[Connector]:
    """Return the class in a package's folder. It was signed, which is looked at before it is unpacked."""
    name = f"junction_connector_{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"
    spec = spec_from_file_location(name, folder / "connector.py")
    if spec is None or spec.loader is None:
        raise Bug(f"There is no connector in {folder.name}.")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return registry.class_in(module)


def declared(found: Manifest) -> Connector:
    """Return the connector that a manifest without Python stands for. Raises ValueError naming what is wrong."""
    return declared_connector(found)


def migrated(
    target: Manifest, before: tuple[str, int], config: Mapping[str, Any], cursors: Mapping[str, Mapping[str, Any] | None]
) -> tuple[Mapping[str, Any], Mapping[str, Mapping[str, Any] | None]]:
    """Return config and cursors as another version wants them; `before` is the version they are of, and that of their state.

    The newer of the two versions knows the way, up and back.
    """
    version, state = before
    newer = target if target.state_version > state else manifest(target.key, version)
    return migrate(connector(newer.key, newer.version).migrations, config, cursors, state, target.state_version)


def maps(key: str, version: str | None = None) -> Mapping[str, FieldMaps]:
    """Return the default field maps of a connector, by resource."""
    found = manifest(key, version)
    return registry.maps(key) if is_built_in(key) else read_maps(found.folder)


def problems(found: Manifest, config: Mapping[str, Any]) -> Sequence[Problem]:
    """Return what is wrong with a configuration, without asking anybody."""
    return connector(found.key, found.version).validate_config(config)


def mapping_problem(entries: Any) -> str | None:
    """Return what is wrong with a user's own field maps of one resource, None when nothing is."""
    if not isinstance(entries, dict):
        return "It is an object: our field to the vendor's."
    try:
        for local, entry in entries.items():
            if entry is not None:
                parse_field(local, entry)
    except (ValueError, TypeError) as error:
        return str(error)
    return None


def providers() -> Mapping[str, Provider]:
    """Return the identities that connectors share, by key."""
    return registry.providers()


def provider(key: str) -> Provider:
    """Return an identity. Raises Missing."""
    found = registry.providers().get(key)
    if found is None:
        raise Missing(f"There is no provider '{key[:80]}'.")
    return found


def kind_of(way: Auth) -> str:
    """Return what a way to authenticate is called in a manifest."""
    return next(kind for kind, one in KINDS.items() if isinstance(way, one))


def fields_of(way: Auth) -> list[str]:
    """Return the configuration fields that hold the secrets of a way to authenticate."""
    return list(secret_fields(way))


def filled(template: str, known: Mapping[str, str]) -> str:
    """Return an address of a provider with its placeholders filled in."""
    return _PLACEHOLDER.sub(lambda one: known.get(one[1], ""), template)


def scopes_of(found: Manifest, auth: str) -> list[str]:
    """Return the scopes that a connector asks for with one of its ways to authenticate."""
    way = found.auth[auth]
    if not isinstance(way, OAuth2):
        return []
    wanted = [scope for one in found.resources.values() for scope in (*one.scopes, *(one.write_scopes if one.writes else ()))]
    return list(dict.fromkeys((*way.scopes, *wanted)))


def scopes_of_provider(key: str) -> list[str]:
    """Return every scope that connectors of a provider may ask for: what is to be entered where its app is registered."""
    asked = [
        scope
        for found in manifests().values()
        for name, way in found.auth.items()
        if isinstance(way, OAuth2) and way.provider == key
        for scope in scopes_of(found, name)
    ]
    return sorted({*provider(key).scopes, *asked})


def hook_of_provider(key: str) -> str | None:
    """Return by what name a provider calls the one address of an app of ours, None where it calls none."""
    for found in manifests().values():
        hook, ways = found.hook, [name for name, way in found.auth.items() if isinstance(way, OAuth2) and way.provider == key]
        if hook and ways and (hook.per == "app" or hook.signed_by_app or set(ways) & set(hook.app_ways)):
            return hook.scheme
    return None


@lru_cache(maxsize=512)
def digest(folder: Path) -> str:
    """Return the SHA-256 of everything in a connector's folder that says what it is, in hexadecimal."""
    found = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in _PLAIN_FILES:
            found.update(f"{path.name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest()
