"""The ways to authenticate that a description names, as a manifest declares them, and the scopes that its listings want."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from connectors.sdk.drafts.descriptions import Description
from connectors.sdk.drafts.naming import camel, snake

TOKEN: Final[Mapping[str, Any]] = {"kind": "bearer", "secret": "token"}
BASIC: Final[Mapping[str, Any]] = {"kind": "basic", "user": "user", "password": "password"}


class Authentication:
    """How a vendor is shown who we are; `key` is what its own identity is called here."""

    def __init__(self, key: str, description: Description) -> None:
        self.key, self.description = key, description
        keys = [one for one in description.schemes.values() if one.get("type") == "apiKey"]
        self.only_key = len(keys) == 1

    def ways(self) -> dict[str, Mapping[str, Any]]:
        """Return the ways that are described and can be used, a token where none is."""
        found = {snake(name) or "auth": self._way(scheme) for name, scheme in self.description.schemes.items()}
        return {name: way for name, way in found.items() if way} or {"token": TOKEN}

    def _way(self, scheme: Mapping[str, Any]) -> Mapping[str, Any] | None:
        kind, place = scheme.get("type"), scheme.get("in")
        if kind == "apiKey" and place in ("header", "query"):
            secret = "apiKey" if self.only_key else camel(str(scheme["name"]))
            return {"kind": "api_key", "secret": secret, "place": place, "name": str(scheme["name"])}
        if kind == "http":
            return BASIC if str(scheme.get("scheme")).lower() == "basic" else TOKEN
        if kind == "oauth2" and self.provider():
            return {"kind": "oauth2", "provider": self.key}
        return None

    def provider(self) -> dict[str, Any]:
        """Return the members of the provider file, nothing where no authorization code flow is described."""
        for scheme in self.description.schemes.values():
            flow = scheme.get("flows", {}).get("authorizationCode", {})
            urls = [str(flow.get(name, "")) for name in ("authorizationUrl", "tokenUrl")]
            if all(url.startswith("https://") for url in urls):
                hosts = sorted({urlsplit(url).netloc for url in urls})
                return {"title": self.description.title, "authorize_url": urls[0], "token_url": urls[1], "hosts": hosts}
        return {}

    def scopes(self, path: str, verb: str) -> list[str]:
        """Return the narrowest scope that an operation names as enough: for reading, one that reads only."""
        operation = self.description.operation(path, verb) or {}
        asked = operation.get("security", self.description.document.get("security", ()))
        enough = [list(scopes) for one in asked for scopes in one.values() if scopes] if self.provider() else []
        reading = [one for one in enough if verb == "get" and any("read" in scope for scope in one)]
        return [str(one) for one in next(iter([*reading, *enough]), [])]
