"""A client as the grants see it: what it may ask for, and whether a secret is its own."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any, Final

from authlib.oauth2.rfc6749 import ClientMixin

from server.services import vaults
from server.services.oauth import certificates, redirects, scopes
from server.services.oauth.clients import SECRET
from server.system import clock

if TYPE_CHECKING:
    from server.store.clients import Row

BY_SECRET: Final = frozenset({"client_secret_basic", "client_secret_post"})
SELF_REGISTERED: Final = "registered"


class Client(ClientMixin):
    """One client, by its row."""

    def __init__(self, row: Row) -> None:
        """Take the row."""
        self.row = row
        self.id: str = row["id"]
        self.name: str = row["name"]
        self.tenant_id: str | None = row["tenant_id"]
        self.method: str = row["auth_method"]
        self.scopes = frozenset(row["scopes"])

    @property
    def confidential(self) -> bool:
        """Whether it can prove who it is."""
        return self.method != "none"

    @property
    def bound(self) -> bool:
        """Whether its tokens are good only beside its certificate."""
        return certificates.binds(self.method, self.row["metadata"])

    def get_client_id(self) -> str:
        """Return the id."""
        return self.id

    def get_default_redirect_uri(self) -> str | None:
        """Return the redirect address when there is only one to choose from."""
        found: list[str] = self.row["redirect_uris"]
        return found[0] if len(found) == 1 else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Tell whether an address is registered."""
        return any(redirects.matches(registered, redirect_uri) for registered in self.row["redirect_uris"])

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """Return the scopes that a request gets, None when it asks for more than is registered."""
        found = scopes.allowed(scope, self.scopes)
        return None if found is None else scopes.joined(found)

    def check_client_secret(self, client_secret: str) -> bool:
        """Tell whether a secret is this client's; after a rotation the old one is too, for a while."""
        offered, row = vaults.vault().digest(client_secret, SECRET), self.row
        old = row["old_secret_digest"] if (row["old_secret_ends_at"] or 0) > clock.now_ms() else None
        return any(hmac.compare_digest(offered, stored) for stored in (row["secret_digest"], old) if stored)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:  # noqa: ARG002 - Authlib's signature
        """Tell whether the client proves itself this way; a secret may travel in the header or in the body."""
        return method == self.method or (method in BY_SECRET and self.method in BY_SECRET)

    def check_response_type(self, response_type: str) -> bool:
        """Tell whether the client may ask for this in the authorization request."""
        return response_type == "code" and self.check_grant_type("authorization_code")

    def check_grant_type(self, grant_type: str) -> bool:
        """Tell whether the client may use a grant."""
        return grant_type in self.row["grant_types"]

    def serves(self, tenant_id: str) -> bool:
        """Tell whether people of a tenant may use this client at all."""
        return self.tenant_id in {None, tenant_id}

    def is_usable(self, tenant_of_issuer: str | None) -> bool:
        """Tell whether an issuer knows this client: its tenant is active, and the issuer's own if that is a tenant."""
        status: Any = self.row["tenant_status"]
        return (self.tenant_id is None or status == "active") and (tenant_of_issuer is None or self.tenant_id == tenant_of_issuer)
