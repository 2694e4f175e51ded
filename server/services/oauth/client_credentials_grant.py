"""The client credentials grant (RFC 6749 section 4.4): a program that acts for its tenant, or for the user it was made for."""

from __future__ import annotations

from typing import Any

from authlib.oauth2.rfc6749 import ClientCredentialsGrant as Plain
from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidScopeError

from server.services.oauth import scopes
from server.services.oauth.authentication import PROVEN
from server.services.oauth.authorization import active_user


class ClientCredentialsGrant(Plain):
    """The grant without a person."""

    TOKEN_ENDPOINT_AUTH_METHODS = PROVEN

    def validate_requested_scope(self) -> None:
        """Raise InvalidScopeError for scopes about people: there is none here."""
        client = self.request.client
        found = scopes.allowed(self.request.payload.scope, client.scopes - scopes.ABOUT_PEOPLE.keys())
        if found is None:
            raise InvalidScopeError
        self.request.payload.data["scope"] = scopes.joined(found)

    def create_token_response(self) -> Any:
        """Make a token, unless the user it acts for may no longer come in."""
        row = self.request.client.row
        if row["user_id"] is not None and active_user(row) is None:
            raise InvalidGrantError("The user of this client may no longer sign in.")
        return super().create_token_response()
