"""The refresh grant (RFC 6749 section 6): every use gives a new refresh token, and one that comes twice revokes the whole family."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from authlib.oauth2.rfc6749 import InvalidGrantError, RefreshTokenGrant, TokenMixin

from server.services.oauth import scopes, tokens, trail
from server.services.oauth.authentication import METHODS
from server.services.oauth.authorization import Authorization, active_user, revoke
from server.store import authorizations
from server.store import tokens as store
from server.system import clock

if TYPE_CHECKING:
    from server.services.oauth.client_model import Client
    from server.store.tokens import Row


class RefreshToken(TokenMixin):
    """A refresh token as the grant sees it."""

    def __init__(self, row: Row) -> None:
        """Take the row."""
        self.row = row

    def check_client(self, client: Client) -> bool:
        """Tell whether it was given to this client."""
        return bool(self.row["client_id"] == client.id)

    def get_scope(self) -> str:
        """Return what it stands for."""
        return " ".join(self.row["scopes"])


class RefreshGrant(RefreshTokenGrant):
    """The grant for clients that come back."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> RefreshToken | None:
        """Return a token of this client that is still good, or None; one that was used before revokes its family."""
        row = tokens.find(refresh_token, "refresh")
        if row is None or row["client_id"] != self.request.client.id or row["issuer"] != self.server.issuer.url:
            return None
        # A public client proves nothing else, so that its refresh tokens are bound as well (RFC 8705 section 4).
        if not self.request.client.confidential and row["bound_to"] not in {None, self.request.bound_to}:
            return None
        if row["used_at"] is not None:
            self._revoke_replayed(row)
            return None
        authorization = authorizations.find_live(row["authorization_id"]) if tokens.is_live(row) else None
        if authorization is None:
            return None
        self.request.authorized = Authorization(authorization)
        return RefreshToken(row)

    def _validate_token_scope(self, token: RefreshToken) -> None:
        """Let the client ask for less, never for more."""
        wanted = self.request.payload.scope
        if wanted and scopes.allowed(wanted, frozenset(token.row["scopes"])) is None:
            super()._validate_token_scope(token)

    def authenticate_user(self, refresh_token: RefreshToken) -> dict[str, Any]:
        """Return who allowed it. Raises InvalidGrantError when that person may no longer come in."""
        found = active_user(refresh_token.row)
        if found is None:
            raise InvalidGrantError("This person may no longer sign in.")
        return found

    def create_token_response(self) -> Any:
        """Use the token up, then make new ones."""
        row = self.request.refresh_token.row
        if not store.use(row["id"], clock.now_ms()):
            self._revoke_replayed(row)
            raise InvalidGrantError
        return super().create_token_response()

    def _revoke_replayed(self, row: Row) -> None:
        revoke(row["authorization_id"])
        trail.replayed(self.request.asked, row, row["authorization_id"], "refresh_token")

    def revoke_old_credential(self, refresh_token: RefreshToken) -> None:
        """Nothing is left to do: it was used up first."""
