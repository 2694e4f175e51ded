"""A connector without Python: its resources, its probe and its account are made of the manifest alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.sdk import cursor, deletes, pager
from connectors.sdk.connector import Connector
from connectors.sdk.declaring import build, fill
from connectors.sdk.manifest import Declared, Manifest
from connectors.sdk.request import Request, Response
from connectors.sdk.resource import Resource, Write
from connectors.sdk.values import Account

STRATEGIES = {"pager": pager.KINDS, "cursor": cursor.KINDS, "deletes": deletes.KINDS}
PROBE = "probe"


class DeclaredConnector(Connector):
    """What a manifest without a connector.py stands for; `[resources.probe]` says how the account is asked for."""

    def __init__(self, manifest: Manifest, resources: Mapping[str, Resource], probe: Request) -> None:
        super().__init__(manifest)
        self.resources, self.probe = resources, probe

    def account(self, response: Response) -> Account:
        """Return the account as the manifest's paths find it; where no path is declared, or nothing stands there, what it is called."""
        rest = self.manifest.resources[PROBE].rest
        identity = response.at(rest["id"]) if "id" in rest else None
        named = response.at(rest["row"]) if "row" in rest else None
        return Account(str(identity or self.manifest.title), str(named or identity or self.manifest.title))


def declared_connector(manifest: Manifest) -> Connector:
    """Return the connector of a manifest. Raises ValueError naming what is wrong."""
    nouns = {name: one for name, one in manifest.resources.items() if name != PROBE}
    made = {name: declared_resource(one) for name, one in nouns.items()}
    probe = Request("GET", str(manifest.resources[PROBE].rest["list"]))
    return DeclaredConnector(manifest, made, probe)


def declared_resource(declared: Declared) -> Resource:
    """Return the resource that a manifest declares. Raises ValueError naming what is wrong."""
    members: dict[str, Any] = {name: _strategy(name, value) for name, value in declared.rest.items()}
    return fill(Resource, {"name": declared.name, "scope": " ".join(declared.scopes[:1]), **members})


def _strategy(name: str, value: Any) -> Any:
    if name in STRATEGIES:
        return build(STRATEGIES[name], {"kind": value} if isinstance(value, str) else value)
    return fill(Write, value) if name == "write" and isinstance(value, Mapping) else value
