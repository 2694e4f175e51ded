"""Calls to a mock vendor in memory, authorised as one connection."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tests.vendors.messages import Answer, Call
from tests.vendors.vendor import MockVendor


@dataclass
class Client:
    """Asks one vendor with the headers of one connection; paths are those of its main host, or whole addresses."""

    vendor: MockVendor
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **query: Any) -> Answer:
        return self.ask("GET", path, query=query)

    def ask(
        self, method: str, path: str, *, query: dict[str, Any] | None = None, json: Any = None, form: dict[str, Any] | None = None, **headers: str
    ) -> Answer:
        url = path if path.startswith("https://") else f"https://{self.vendor.personality.host}{path}"
        url += "?" + urlencode(query, doseq=True) if query else ""
        named = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        if form is None:
            return self.vendor.whole(Call.of(method, url, headers=named, json_body=json))
        return self.vendor.whole(
            Call(method, url, {**named, "content-type": "application/x-www-form-urlencoded"}, urlencode(form, doseq=True).encode())
        )


def connected(vendor: MockVendor, scope: str = "") -> Client:
    """Return a client with an access token that was just granted."""
    return Client(vendor, {"authorization": f"Bearer {vendor.identity.grant(scope)[0]}"})


def with_key(vendor: MockVendor, user: str, key: str) -> Client:
    """Return a client with basic credentials."""
    return Client(vendor, {"authorization": "Basic " + base64.b64encode(f"{user}:{key}".encode()).decode()})
