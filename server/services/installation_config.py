"""What an installation is configured with: the vendor's own fields, and beside them what every connector understands.

The users' spelling is taken as it comes: `apiKey` is the field `api_key`, and `syncInterval` and `mappings` stand among the vendor's
fields. Secrets are sealed apart from the rest; they are shown as a mask, and a mask that comes back leaves the secret as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.domain.errors import Fault, Unprocessable
from server.domain.intervals import parse_interval
from server.outbound import catalogue
from server.services import vaults
from server.services.webhook_options import MASK
from server.store.records import by_noun

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.outbound.catalogue import Manifest
    from server.store.tables import Row

CONTEXT: Final = "installation.secrets/"
POLICIES: Final = ("newest", "remote", "local", "ask")
DIRECTIONS: Final = ("both", "import", "export")
DEFAULT_OPTIONS: Final[dict[str, Any]] = {"conflict_policy": "newest", "direction": "both", "resources": None}
_OWN: Final = frozenset({"sync_interval", "mappings", *DEFAULT_OPTIONS})


@dataclass(slots=True)
class Configured:
    """A configuration taken apart; `interval` is in seconds, None for by hand alone."""

    config: dict[str, Any]
    secrets: dict[str, Any] = field(repr=False)
    mappings: dict[str, Any]
    options: dict[str, Any]
    interval: int | None


def opened(row: Row) -> dict[str, Any]:
    """Return the secrets of an installation by their fields."""
    if row["secrets"] is None:
        return {}
    found: dict[str, Any] = orjson.loads(vaults.vault().open(row["secrets"], CONTEXT + row["id"]))
    return found


def sealed(installation_id: str, secrets: Mapping[str, Any]) -> bytes | None:
    """Return secrets as they are kept, None for none."""
    return vaults.vault().seal(orjson.dumps(secrets), CONTEXT + installation_id) if secrets else None


def whole(row: Row) -> dict[str, Any]:
    """Return the vendor's fields with their secrets."""
    return {**row["config"], **opened(row)}


def shown(row: Row) -> dict[str, Any]:
    """Return a configuration as tenants see it, in the shape that they wrote it."""
    hidden = dict.fromkeys(opened(row), MASK)
    return {**row["config"], **hidden, "syncInterval": row["sync_interval"], "mappings": row["mappings"], **row["options"]}


def take(found: Manifest, given: Mapping[str, Any], before: Row | None = None) -> Configured:
    """Return a configuration taken apart and checked, on top of the one before. Raises Unprocessable naming every broken field."""
    plain = {spelled(found, name): value for name, value in given.items()}
    kept = whole(before) if before else {}
    fields = {name: value for name, value in plain.items() if name not in _OWN}
    merged = {**kept, **{name: value for name, value in fields.items() if value != MASK or name not in kept}}
    merged = {name: value for name, value in merged.items() if value is not None}
    faults: list[Fault] = []
    taken = Configured({}, {}, {}, {}, None)
    taken.interval = _interval(plain, before, faults)
    taken.mappings = _mappings(found, plain["mappings"], faults) if "mappings" in plain else dict(before["mappings"] if before else {})
    taken.options = _options(found, plain, dict(before["options"] if before else DEFAULT_OPTIONS), faults)
    faults += [
        Fault(f"/config/{problem.field}", problem.code, f"{problem.message} {problem.remedy}".strip())
        for problem in catalogue.problems(found, merged)
    ]
    if faults:
        raise Unprocessable("The configuration is not one that this connector can work with.", code="invalid_config", faults=faults)
    taken.secrets = {name: value for name, value in merged.items() if name in found.secrets}
    taken.config = {name: value for name, value in merged.items() if name not in found.secrets}
    return taken


def spelled(found: Manifest, name: str) -> str:
    """Return a field's name as the connector has it, whatever humps or underscores it was written with."""
    known = (*found.config_schema["properties"], *_OWN)
    return name if name in known else next((one for one in known if _flat(one) == _flat(name)), name)


def _flat(name: str) -> str:
    return name.replace("_", "").lower()


def _interval(plain: Mapping[str, Any], before: Row | None, faults: list[Fault]) -> int | None:
    if "sync_interval" not in plain:
        kept: int | None = before["sync_interval"] if before else None
        return kept
    value = plain["sync_interval"]
    try:
        return parse_interval(value if value is None or type(value) is int else str(value))
    except ValueError as error:
        faults.append(Fault("/config/syncInterval", "invalid_interval", f"This {error}."))
        return None


def _options(found: Manifest, plain: Mapping[str, Any], options: dict[str, Any], faults: list[Fault]) -> dict[str, Any]:
    known = [one.name for one in found.resources.values() if one.name != catalogue.PROBE]
    for name, choices in (("conflict_policy", POLICIES), ("direction", DIRECTIONS)):
        if plain.get(name) is not None and plain[name] not in choices:
            faults.append(Fault(f"/config/{name}", "not_a_choice", f"It is one of {', '.join(choices)}."))
    wanted = plain.get("resources")
    if wanted is not None and (not isinstance(wanted, list) or any(one not in known for one in wanted)):
        faults.append(Fault("/config/resources", "not_a_choice", f"It is a list of some of {', '.join(known)}."))
    return {name: plain[name] if plain.get(name) is not None else value for name, value in options.items()}


def _mappings(found: Manifest, given: Any, faults: list[Fault]) -> dict[str, Any]:
    """Return the users' own field maps by resource; a flat one is that of contacts, or of the first resource there is."""
    if not isinstance(given, dict):
        faults.append(Fault("/config/mappings", "wrong_type", "It is an object: our field to the vendor's, by resource."))
        return {}
    known = {name: one for name, one in found.resources.items() if name != catalogue.PROBE}
    if given and known and not set(given) <= set(known):
        first = next((name for name, one in known.items() if one.local == "contact"), next(iter(known)))
        given = {first: given}
    taken: dict[str, Any] = given
    for resource, entries in taken.items():
        problem = catalogue.mapping_problem(entries) or _link_problem(found, resource, entries)
        if problem:
            faults.append(Fault(f"/config/mappings/{resource}", "invalid_mapping", problem))
    return taken


def _link_problem(found: Manifest, resource: str, entries: Mapping[str, Any]) -> str | None:
    """Return what is wrong with those of a user's own field maps that lead to other records, None when nothing is."""
    maps = catalogue.maps(found.key, found.version)
    if resource not in maps:
        return None
    kinds = by_noun()[maps[resource].local].fields
    for one in (one for one in maps[resource].with_entries(entries).fields if one.local in entries):
        wanted = kinds[one.local].reference if one.local in kinds else None
        fitting = [name for name, each in maps.items() if wanted and each.local == wanted]
        if wanted is None and one.refers:
            return f"{one.local} leads to no other record, so it does not refer to {', '.join(one.refers)}."
        if wanted and not (one.refers and set(one.refers) <= set(fitting)):
            others = f"one of {', '.join(fitting)}" if fitting else f"a resource whose rows are a {wanted} here, and there is none"
            return f"{one.local}: `refers` says whose ids these are: {others}."
    return None
