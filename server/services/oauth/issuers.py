"""Issuers: the appliance is one, and every tenant may be addressed as one of its own (RFC 8414), whose clients are only that tenant's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from server.domain.errors import Missing
from server.store import tenants

if TYPE_CHECKING:
    from server.system.settings import Settings


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues. `tenant_id` is None for the appliance itself, which serves the clients of all tenants."""

    public_url: str
    tenant_id: str | None

    @property
    def path(self) -> str:
        """The part of the issuer's address behind the public one."""
        return f"/oauth/t/{self.tenant_id}" if self.tenant_id else ""

    @property
    def url(self) -> str:
        """The issuer identifier, compared by others byte for byte."""
        return self.public_url + self.path

    def endpoint(self, name: str) -> str:
        """Return the address of an endpoint such as `token`."""
        return f"{self.public_url}{self.path or '/oauth'}/{name}"

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"


def issuer_of(settings: Settings, tenant_id: str | None) -> Issuer:
    """Return the appliance, or a tenant, as an issuer. Raises Missing when there is no such tenant."""
    if tenant_id is not None:
        found = tenants.find(tenant_id)
        if found is None or found["status"] != "active":
            raise Missing("There is no such issuer here.")
    return Issuer(settings.server.public_url, tenant_id)
