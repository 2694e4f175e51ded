"""The end of tokens: revocation (RFC 7009) and introspection (RFC 7662), for clients that prove who they are.

Revoking any token of an authorization ends all of it. Whoever asks about a token of another tenant learns that it is not active.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint

from server.services.credentials import GENERATION
from server.services.oauth import tokens, trail
from server.services.oauth.authentication import METHODS, PROVEN
from server.services.oauth.authorization import revoke
from server.store import generations, users
from server.store import tokens as store
from server.system import clock

if TYPE_CHECKING:
    from server.services.oauth.client_model import Client
    from server.services.oauth.messages import Message
    from server.store.tokens import Row


def _token_of(request: Message) -> str:
    """Return the token that is asked about; a hint of its type is not needed to find it."""
    found = request.form.get("token")
    if not found:
        raise InvalidRequestError("A 'token' is needed.")
    return found


class Revocation(RevocationEndpoint):
    """Ends tokens."""

    CLIENT_AUTH_METHODS = METHODS

    def authenticate_token(self, request: Message, client: Client) -> Row | None:
        """Return the token if it is this client's; another's is as good as unknown."""
        row = tokens.find_any(_token_of(request))
        return row if row and row["client_id"] == client.id else None

    def revoke_token(self, token: Row, request: Message) -> None:
        """End the token, and with it everything its authorization gave out."""
        where = (token["tenant_id"], token["mode"])
        trail.record(request.asked, ("client", token["client_id"]), where, "token.revoked", token["id"], kind=token["kind"])
        if token["authorization_id"] is not None:
            revoke(token["authorization_id"])
            return
        store.revoke(token["id"], clock.now_ms())
        generations.bump(GENERATION)


class Introspection(IntrospectionEndpoint):
    """Tells what a token is worth."""

    CLIENT_AUTH_METHODS = PROVEN

    def authenticate_token(self, request: Message, client: Client) -> Row | None:
        """Return the token if it is good, and was given to this client or inside its own tenant."""
        row = tokens.find_any(_token_of(request))
        if row is None or not tokens.is_live(row):
            return None
        neighbour = row["tenant_id"] == client.tenant_id and row["mode"] == client.row["mode"]
        return row if neighbour or row["client_id"] == client.id else None

    def create_introspection_payload(self, token: Row | None) -> dict[str, Any]:
        """Return what the token says, or that it is not active and nothing else."""
        user = users.find(token["tenant_id"], token["user_id"]) if token and token["user_id"] else None
        if token is None or (token["user_id"] and (user is None or user["status"] != "active")):
            return {"active": False}
        found = {
            "active": True,
            "scope": " ".join(token["scopes"]),
            "client_id": token["client_id"],
            "token_type": "Bearer",
            "exp": token["expires_at"] // 1000,
            "iat": token["created_at"] // 1000,
            "sub": token["user_id"] or token["client_id"],
            "aud": token["audience"],
            "iss": token["issuer"],
            "jti": token["id"],
            **tokens.confirmation(token["bound_to"]),
        }
        return found | ({"username": user["email"]} if user else {})
