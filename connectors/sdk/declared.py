"""A connector without Python: its resources, its probe and its account are made of the manifest alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from connectors.sdk import cursor, deletes, pager
from connectors.sdk.connector import Connector
from connectors.sdk.declaring import build, fill
from connectors.sdk.deletes import Never
from connectors.sdk.manifest import Declared, Manifest
from connectors.sdk.pager import Whole
from connectors.sdk.paths import at
from connectors.sdk.request import Response
from connectors.sdk.resource import Resource, Write
from connectors.sdk.values import Account, Context

STRATEGIES = {"pager": pager.KINDS, "cursor": cursor.KINDS, "deletes": deletes.KINDS}
PROBE = "probe"


class DeclaredConnector(Connector):
    """What a manifest without a connector.py stands for; `[resources.probe]` says how the account is asked for."""

    def __init__(self, manifest: Manifest, resources: Mapping[str, Resource], probe: Resource) -> None:
        super().__init__(manifest)
        self.resources, self.asked, self.probe = resources, probe, probe.request

    def bind(self, context: Context) -> Self:
        """Take what the probe's path and headers need, too."""
        super().bind(context)
        self.probe = self.asked.placed(self.known).request
        return self

    def account(self, response: Response) -> Account:
        """Return the account as the manifest's paths find it; where no path is declared, or nothing stands there, what it is called."""
        rest, found = self.manifest.resources[PROBE].rest, response.document
        identity = at(found, rest["id"]) if "id" in rest else None
        named = at(found, rest["row"]) if "row" in rest else None
        return Account(str(identity or self.manifest.title), str(named or identity or self.manifest.title))


def declared_connector(manifest: Manifest) -> Connector:
    """Return the connector of a manifest. Raises ValueError naming what is wrong."""
    nouns = {name: one for name, one in manifest.resources.items() if name != PROBE}
    made = {name: declared_resource(one) for name, one in nouns.items()}
    asked = {name: value for name, value in manifest.resources[PROBE].rest.items() if name in ("list", "headers")}
    return DeclaredConnector(manifest, made, Resource(name=PROBE, deletes=Never("It is asked for, and not kept."), pager=Whole(), **asked))


def declared_resource(declared: Declared) -> Resource:
    """Return the resource that a manifest declares. Raises ValueError naming what is wrong."""
    members: dict[str, Any] = {name: _strategy(name, value) for name, value in declared.rest.items()}
    return fill(Resource, {"name": declared.name, "scope": " ".join(declared.scopes[:1]), **members})


def _strategy(name: str, value: Any) -> Any:
    if name in STRATEGIES:
        return build(STRATEGIES[name], {"kind": value} if isinstance(value, str) else value)
    return fill(Write, value) if name == "write" and isinstance(value, Mapping) else value
