"""Dynamic client registration (RFC 7591, 7592): programs that register themselves, and look after what they registered.

Gated: with a token that an administrator handed out, or where a tenant has opened its registration; at the appliance's own
address, any tenant's being open will do, and then only people of open tenants can use the client. Capped per tenant. What is never
used goes after a day, what is not used any more after 90. Nobody can register a client that acts by itself.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from authlib.oauth2.rfc6749 import OAuth2Error
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from server.domain import keys
from server.domain.errors import Unprocessable
from server.services import events, vaults
from server.services.credentials import GENERATION
from server.services.oauth import certificates, clients, redirects, scopes, tokens
from server.services.oauth.client_model import BY_SECRET, SELF_REGISTERED, Client
from server.services.oauth.messages import Reply
from server.services.tenants import within
from server.store import clients as store
from server.store import generations
from server.system import clock

if TYPE_CHECKING:
    from server.domain.actor import Actor, Mode
    from server.services.oauth.issuers import Issuer
    from server.store.clients import Row

MOST: Final = 100
NEVER_USED_MS: Final = 86_400_000
NOT_USED_MS: Final = 90 * 86_400_000
_PRUNED_AT_ONCE: Final = 50
_OWN_TOKEN: Final = "registration-access-token"
_Link = Annotated[str, StringConstraints(max_length=2000, pattern=r"^https?://[^\s\"<>]+$")]
_Text = Annotated[str, StringConstraints(max_length=200)]


class InvalidClientMetadataError(OAuth2Error):
    """The metadata cannot be registered."""

    error = "invalid_client_metadata"


class InvalidRedirectUriError(OAuth2Error):
    """A redirect address cannot be registered."""

    error = "invalid_redirect_uri"


class InvalidTokenError(OAuth2Error):
    """The token does not let its bearer do this."""

    error = "invalid_token"
    status_code = 401

    def get_headers(self) -> list[tuple[str, str]]:
        """Say what kind of token is wanted."""
        return [*super().get_headers(), ("WWW-Authenticate", f'Bearer realm="junction", error="{self.error}"')]


class Metadata(BaseModel):
    """What a client says about itself; what is not listed here is ignored (RFC 7591 section 2)."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    redirect_uris: Annotated[list[str], Field(max_length=50)] = []
    token_endpoint_auth_method: Literal["client_secret_basic", "client_secret_post", "none", "self_signed_tls_client_auth"] = "client_secret_basic"
    grant_types: Annotated[list[Literal["authorization_code", "refresh_token"]], Field(min_length=1, max_length=2)] = ["authorization_code"]
    response_types: Annotated[list[Literal["code"]], Field(max_length=1)] = ["code"]
    client_name: Annotated[_Text, StringConstraints(min_length=1)] | None = None
    client_uri: _Link | None = None
    logo_uri: _Link | None = None
    tos_uri: _Link | None = None
    policy_uri: _Link | None = None
    scope: Annotated[str, StringConstraints(max_length=4000)] | None = None
    contacts: Annotated[list[_Text], Field(max_length=10)] | None = None
    software_id: _Text | None = None
    software_version: _Text | None = None
    application_type: Literal["web", "native"] | None = None
    jwks: dict[str, Any] | None = None
    tls_client_certificate_bound_access_tokens: Annotated[bool, Field(strict=True)] | None = None


def register(issuer: Issuer, bearer: str | None, given: Any, actor: Actor) -> Reply:
    """Make a client out of its own description; call inside a transaction. Raises OAuth2Error."""
    tenant_id, mode = _admitted(issuer, bearer)
    metadata = _metadata(given)
    _make_room(tenant_id)
    secret = keys.mint(mode, "ocs") if metadata.token_endpoint_auth_method in BY_SECRET else None
    own_token = keys.mint(mode, "ocr")
    row = clients.new_row(metadata.client_name or "Unnamed application", SELF_REGISTERED, secret) | _columns(metadata)
    row |= {"token_format": "opaque", "registration_digest": vaults.vault().digest(own_token, _OWN_TOKEN), "mode": mode}
    store.insert(tenant_id, mode, row)
    events.record_audit(_placed(actor, tenant_id), "client.registered", row["id"], {"name": [None, row["name"]]})
    once = {"client_secret": secret, "client_secret_expires_at": 0} if secret else {}
    return Reply(201, {**_shown(row, issuer), **once, "registration_access_token": own_token})


def read(issuer: Issuer, bearer: str | None, client_id: str) -> Reply:
    """Return what is registered (RFC 7592 section 2.1)."""
    row = _own(issuer, bearer, client_id)
    return Reply(200, {**_shown(row, issuer), "registration_access_token": bearer})


def replace(issuer: Issuer, bearer: str | None, client_id: str, given: Any, actor: Actor) -> Reply:
    """Replace what is registered (RFC 7592 section 2.2); call inside a transaction."""
    row = _own(issuer, bearer, client_id)
    if not isinstance(given, dict) or given.get("client_id") != client_id:
        raise InvalidClientMetadataError("The client_id has to be given, and be this client's.")
    if "client_secret" in given and not Client(row).check_client_secret(str(given["client_secret"])):
        raise InvalidClientMetadataError("The client_secret is not this client's.")
    metadata = _metadata(given)
    if (metadata.token_endpoint_auth_method in BY_SECRET) != (row["auth_method"] in BY_SECRET):
        raise InvalidClientMetadataError("A client cannot change between having a secret and having none.")
    change = {**_columns(metadata), "name": metadata.client_name or row["name"], "updated_at": clock.now_ms()}
    store.update(row["tenant_id"], client_id, change, row["version"])
    told = {name: [row[name], change[name]] for name in ("name", "redirect_uris", "grant_types", "scopes") if row[name] != change[name]}
    events.record_audit(_placed(actor, row["tenant_id"]), "client.updated", client_id, told)
    return Reply(200, {**_shown({**row, **change}, issuer), "registration_access_token": bearer})


def delete(issuer: Issuer, bearer: str | None, client_id: str, actor: Actor) -> Reply:
    """Remove a client with all its tokens (RFC 7592 section 2.3); call inside a transaction."""
    row = _own(issuer, bearer, client_id)
    store.delete(client_id)
    generations.bump(GENERATION)
    events.record_audit(_placed(actor, row["tenant_id"]), "client.deleted", client_id, {"name": [row["name"], None]})
    return Reply(204)


def _admitted(issuer: Issuer, bearer: str | None) -> tuple[str | None, Mode]:
    """Return the tenant and mode to register in. Raises InvalidTokenError."""
    if bearer is not None:
        row = tokens.find(bearer, "initial")
        if row is None or not tokens.is_live(row) or issuer.tenant_id not in {None, row["tenant_id"]}:
            raise InvalidTokenError("This token does not allow to register here.")
        return row["tenant_id"], row["mode"]
    if not store.registration_is_open(issuer.tenant_id):
        raise InvalidTokenError("Registering here needs an initial access token.")
    return issuer.tenant_id, "live"


def _make_room(tenant_id: str | None) -> None:
    now = clock.now_ms()
    for client_id in store.unused(now - NEVER_USED_MS, now - NOT_USED_MS, _PRUNED_AT_ONCE):
        store.delete(client_id)
    if store.count_registered(tenant_id) >= MOST:
        raise OAuth2Error("Too many clients are registered; unused ones go after a day.", status_code=429, error="temporarily_unavailable")


def _metadata(given: Any) -> Metadata:
    try:
        found = Metadata.model_validate(given)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"]) or "The body"
        kind = InvalidRedirectUriError if place.startswith("redirect_uris") else InvalidClientMetadataError
        raise kind(f"{_plain(place)} is not what can be registered.") from error
    if not found.redirect_uris or any(redirects.fault(uri) for uri in found.redirect_uris):
        raise InvalidRedirectUriError("Every redirect address has to be https, http on loopback, or an app's own scheme, without a fragment.")
    if "authorization_code" not in found.grant_types:
        raise InvalidClientMetadataError("A client that registers itself uses the authorization_code grant.")
    if found.token_endpoint_auth_method == "self_signed_tls_client_auth" and not _fingerprints(found):
        raise InvalidClientMetadataError("The jwks has to hold the client's certificate as x5c.")
    return found


def _fingerprints(metadata: Metadata) -> list[str]:
    try:
        return certificates.registered_fingerprints(metadata.jwks or {})
    except (ValueError, TypeError) as error:
        raise InvalidClientMetadataError("The jwks holds what is no certificate.") from error


def _columns(metadata: Metadata) -> dict[str, Any]:
    """Return the columns that follow from the metadata."""
    try:
        wanted = scopes.parse(metadata.scope) if metadata.scope else frozenset(scopes.ADVERTISED)
    except Unprocessable as error:
        raise InvalidClientMetadataError("The scope holds an unknown one.") from error
    kept = metadata.model_dump(exclude_none=True, exclude={"redirect_uris", "grant_types", "scope", "token_endpoint_auth_method"})
    if fingerprints := _fingerprints(metadata):
        kept["certificate_fingerprints"] = fingerprints
    return {
        "redirect_uris": metadata.redirect_uris,
        "grant_types": sorted(set(metadata.grant_types)),
        "auth_method": metadata.token_endpoint_auth_method,
        "scopes": sorted(wanted),
        "metadata": kept,
    }


def _own(issuer: Issuer, bearer: str | None, client_id: str) -> Row:
    """Return the client that a registration access token was made for. Raises InvalidTokenError, also when it is gone."""
    row = store.find_anywhere(client_id)
    stored = row["registration_digest"] if row and Client(row).is_usable(issuer.tenant_id) else None
    offered = vaults.vault().digest(bearer or "", _OWN_TOKEN)
    if row is None or stored is None or not hmac.compare_digest(stored, offered):
        raise InvalidTokenError("This token does not belong to this client.")
    return row


def _shown(row: Row, issuer: Issuer) -> dict[str, Any]:
    metadata = {name: value for name, value in row["metadata"].items() if name != "certificate_fingerprints"}
    return {
        **metadata,
        "client_id": row["id"],
        "client_id_issued_at": row["created_at"] // 1000,
        "client_name": row["name"],
        "redirect_uris": row["redirect_uris"],
        "grant_types": row["grant_types"],
        "token_endpoint_auth_method": row["auth_method"],
        "scope": " ".join(row["scopes"]),
        "registration_client_uri": issuer.endpoint(f"register/{row['id']}"),
    }


def _placed(actor: Actor, tenant_id: str | None) -> Actor:
    return within(actor, tenant_id or "")


def _plain(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum() or letter in "._- ")
