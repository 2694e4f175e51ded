"""The provider for one request: Authlib's server with our grants, our clients and our tokens in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc6749 import AuthorizationServer, InvalidRequestError, OAuth2Error
from authlib.oauth2.rfc6750 import BearerTokenGenerator

from server.services.oauth import authentication, ending, resources, tokens, trail
from server.services.oauth.certificates import fingerprint
from server.services.oauth.client_credentials_grant import ClientCredentialsGrant
from server.services.oauth.client_model import Client
from server.services.oauth.code_grant import CodeGrant
from server.services.oauth.messages import Asked, Message, Reply, refuse_repeats
from server.services.oauth.pkce import ProofKey
from server.services.oauth.refresh_grant import RefreshGrant
from server.store import clients
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.services.oauth.issuers import Issuer

_TOUCHED_MS: Final = 60_000


class Provider(AuthorizationServer):
    """Authlib's server as it is for one request to one issuer."""

    def __init__(self, asked: Asked, issuer: Issuer) -> None:
        """Take the request and who is asked."""
        super().__init__()
        self.issuer = issuer
        self.message = Message(asked)
        lifetime = tokens.ACCESS_SECONDS  # without it, Authlib's own for these grants is ten days
        self.register_token_generator("default", BearerTokenGenerator(self._access_token, self._refresh_token, lifetime))
        self.register_grant(CodeGrant, [ProofKey(required=True)])
        self.register_grant(RefreshGrant)
        self.register_grant(ClientCredentialsGrant)
        self.register_endpoint(ending.Revocation)
        self.register_endpoint(ending.Introspection)

    def answer_token_request(self) -> Reply:
        """Answer at the token endpoint."""
        return self._checked(lambda: self.create_token_response(self.message))

    def answer_endpoint(self, name: str) -> Reply:
        """Answer at the revocation or introspection endpoint."""
        return self._checked(lambda: self.create_endpoint_response(name, self.message))

    def _checked(self, run: Any) -> Reply:
        try:
            refuse_repeats(self.message.asked.pairs)
            found: Reply = run()
        except OAuth2Error as error:
            found = self.handle_error_response(self.message, error)
        return found

    def query_client(self, client_id: str) -> Client | None:
        """Return a client that this issuer knows, or None."""
        row = clients.find_anywhere(client_id)
        client = Client(row) if row else None
        return client if client and client.is_usable(self.issuer.tenant_id) else None

    def authenticate_client(self, request: Message, methods: Sequence[str], endpoint: str = "token") -> Client:
        """Return the client that asks, counted for its tenant. Raises InvalidRequestError for one that lacks what its tokens are bound to."""
        client = authentication.authenticate(request, methods, self.query_client)
        request.asked.admit(client.id, client.tenant_id, client.row["tenant_tier"])
        now = clock.now_ms()
        clients.touch(client.id, now, now - _TOUCHED_MS)
        if client.bound and endpoint == "token":
            request.bound_to = _binding(request.asked.certificate)
        return client

    def audience(self) -> list[str]:
        """Return what the tokens of this request are for."""
        authorized = self.message.authorized.row["resources"] if self.message.authorized else []
        return resources.audience(self.message, self.issuer, authorized)

    def _access_token(self, client: Client, grant_type: str, user: Any, scope: str) -> str:  # noqa: ARG002 - Authlib's signature
        return tokens.mint_access(client, self.issuer, user["id"] if user else client.id, scope, self.audience(), self.message.bound_to)

    def _refresh_token(self, client: Client, grant_type: str, user: Any, scope: str) -> str:  # noqa: ARG002 - Authlib's signature
        return tokens.mint_refresh(client)

    def save_token(self, token: dict[str, Any], request: Message) -> None:
        """Store what was made."""
        client, code = request.client, request.authorized
        tenant_id, mode = (code.row["tenant_id"], code.row["mode"]) if code else (client.tenant_id, client.row["mode"])
        row = {
            "client_id": client.id,
            "authorization_id": code.row["id"] if code else None,
            "user_id": code.row["user_id"] if code else client.row["user_id"],
            "issuer": self.issuer.url,
            "audience": self.audience(),
            "bound_to": request.bound_to,
        }
        access_id = tokens.keep(token["access_token"], "access", tenant_id, mode, {**row, "scopes": token["scope"].split()})
        if "refresh_token" in token:
            # A refresh token stands for all that was authorized, also when this access token is for less (RFC 6749 section 6).
            scopes = code.row["scopes"] if code else token["scope"].split()
            tokens.keep(
                token["refresh_token"], "refresh", tenant_id, mode, {**row, "scopes": scopes, "audience": code.row["resources"] if code else []}
            )
        told = {"grant_type": request.payload.grant_type, "scopes": token["scope"].split(), "user_id": row["user_id"]}
        trail.record(request.asked, ("client", client.id), (tenant_id, mode), "token.issued", access_id, **told)

    def create_oauth2_request(self, request: Message) -> Message:
        """Return the request as it is."""
        return request

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def handle_response(self, status: int, body: Any, headers: Sequence[tuple[str, str]]) -> Reply:
        """Return an answer; one that sends the browser back says by whom (RFC 9207), by a 303, so that a form is never sent on."""
        named = dict(headers)
        location = named.pop("Location", None)
        if location is None:
            named.pop("Content-Type", None)
            return Reply(status, body or {}, named)
        return Reply(303, location=add_params_to_uri(location, [("iss", self.issuer.url)]))


def _binding(shown: bytes | None) -> str:
    if shown is None:
        raise InvalidRequestError("This client's tokens are bound to its certificate, and none was shown.")
    return fingerprint(shown)
