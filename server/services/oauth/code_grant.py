"""The authorization code grant (RFC 6749 section 4.1): a code is good for one exchange within 60 seconds.

A code that comes twice revokes everything that came of it.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from authlib.oauth2.rfc6749 import AuthorizationCodeGrant, InvalidGrantError, InvalidRequestError

from server.services import vaults
from server.services.oauth import identity, resources, trail
from server.services.oauth.authentication import METHODS
from server.services.oauth.authorization import Authorization, active_user, revoke
from server.store import authorizations
from server.system import clock, ids

if TYPE_CHECKING:
    from server.services.oauth.client_model import Client
    from server.services.oauth.messages import Message
    from server.store.authorizations import Row

CODE: Final = "authorization-code"
CODE_MS: Final = 60_000
KEPT_MS: Final = 30 * 86_400_000
PRUNED_AT_ONCE: Final = 20
LONGEST_NONCE: Final = 500
UNSUPPORTED: Final = {"request": "request_not_supported", "request_uri": "request_uri_not_supported", "registration": "registration_not_supported"}


class CodeGrant(AuthorizationCodeGrant):
    """The grant for people who sign in here."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    @staticmethod
    def validate_authorization_redirect_uri(request: Message, client: Client) -> str:
        """Return where to send the browser back. Raises InvalidRequestError without echoing what is asked for."""
        asked: str | None = request.payload.redirect_uri
        found = asked if asked and client.check_redirect_uri(asked) else None
        if asked is None:
            found = client.get_default_redirect_uri()
        if found is None:
            raise InvalidRequestError("This redirect_uri is not registered for the client.")
        return found

    def validate_requested_scope(self) -> None:
        """Refuse what this provider does not do, while the answer can still go to the client."""
        given = self.request.payload.data
        for name, code in UNSUPPORTED.items():
            if name in given:
                raise InvalidRequestError("This way of asking is not supported.", error=code)
        if given.get("response_mode", "query") != "query":
            raise InvalidRequestError("The response_mode has to be query.")
        if len(given.get("nonce", "")) > LONGEST_NONCE:
            raise InvalidRequestError("The nonce is too long.")
        resources.wanted(self.request, self.server.issuer)

    def generate_authorization_code(self) -> str:
        """Return a new code."""
        return secrets.token_urlsafe(32)

    def save_authorization_code(self, code: str, request: Message) -> None:
        """Store what the person allowed, with the code's hash."""
        now, given, client = clock.now_ms(), request.payload.data, request.client
        authorizations.prune(now - KEPT_MS, PRUNED_AT_ONCE)
        row = {
            "id": ids.new_id("aut"),
            "client_id": client.id,
            "user_id": request.user["id"],
            "scopes": request.scope.split(),
            "resources": resources.wanted(request, self.server.issuer),
            "issuer": self.server.issuer.url,
            "code_digest": vaults.vault().digest(code, CODE),
            "code_expires_at": now + CODE_MS,
            "redirect_uri": given.get("redirect_uri"),
            "challenge": given["code_challenge"],
            "nonce": given.get("nonce"),
            "auth_time": request.user["auth_time"],
            "created_at": now,
        }
        authorizations.insert(request.user["tenant_id"], client.row["mode"], row)
        where = (request.user["tenant_id"], client.row["mode"])
        trail.record(request.asked, ("user", row["user_id"]), where, "authorization.granted", row["id"], client_id=client.id, scopes=row["scopes"])

    def query_authorization_code(self, code: str, client: Client) -> Authorization | None:
        """Return what a code stands for, or None; one that was used before revokes what came of it."""
        row = authorizations.find_by_code(vaults.vault().digest(code, CODE))
        if row is None or row["client_id"] != client.id or row["issuer"] != self.server.issuer.url:
            return None
        if row["code_used_at"] is not None:
            self._revoke_replayed(row)
            return None
        return Authorization(row) if row["code_expires_at"] > clock.now_ms() and row["revoked_at"] is None else None

    def create_token_response(self) -> Any:
        """Use the code up, then make tokens."""
        authorization: Authorization = self.request.authorization_code
        if not authorizations.use_code(authorization.row["id"], clock.now_ms()):
            self._revoke_replayed(authorization.row)
            raise InvalidGrantError("Invalid 'code' in request.")
        self.request.authorized = authorization
        status, token, headers = super().create_token_response()
        identity.add_id_token(token, authorization.row, self.request.user, self.server.issuer)
        return status, token, headers

    def _revoke_replayed(self, row: Row) -> None:
        revoke(row["id"])
        trail.replayed(self.request.asked, row, row["id"], "code")

    def authenticate_user(self, authorization_code: Authorization) -> dict[str, Any] | None:
        """Return who allowed it, None when that person may no longer come in."""
        return active_user(authorization_code.row)

    def delete_authorization_code(self, authorization_code: Authorization) -> None:
        """Keep the used code: coming again, it tells of a theft."""
