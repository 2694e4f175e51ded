"""Whom the rows of a connector lead to, as its field maps tell: the ids of other rows that it has read."""

from __future__ import annotations

from connectors import registry
from connectors.sdk.mapping import identities
from tests.connectors.line import Line


def led(line: Line, resource: str) -> dict[str, dict[str, list[str]]]:
    """Return the ids that each row that was read leads to, by our field; those of rows that were not read are left out."""
    maps = registry.maps(line.connector.manifest.key)[resource]
    found: dict[str, dict[str, list[str]]] = {}
    for identity, record in line.rows[resource].items():
        values = maps.to_local(record.values)
        known = {one.local: {known for target in one.refers for known in line.ids(target)} for one in maps.links}
        found[identity] = {path: [one for one in identities(values.get(path)) if one in there] for path, there in known.items()}
    return found
