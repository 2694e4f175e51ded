"""OAuth clients of a tenant: programs that get tokens. The secret is returned once, and kept only as a keyed hash.

Nobody can make a client that may do more than they may themselves. What registers itself (RFC 7591) is in `oauth/registration.py`;
whether it may is decided here, by the tenant's switch and by tokens that its administrators hand out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from server.domain import keys
from server.domain.errors import Denied, Fault, Missing, Stale, Unprocessable
from server.domain.permissions import ROLES, grants, permit
from server.services import events, pages, vaults
from server.services.credentials import GENERATION
from server.services.keys import ApiVersion
from server.services.oauth import redirects, scopes
from server.services.oauth.certificates import BOUND, binds, fingerprint, from_header
from server.store import clients, database, generations, tokens, users
from server.system import clock, ids
from server.system.version import API_VERSION

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.store.clients import Row

SECRET: Final = "client-secret"
LONGEST_OVERLAP: Final = 604_800
INITIAL_MS: Final = 7 * 86_400_000


def _redirect(text: str) -> str:
    fault = redirects.fault(text)
    if fault:
        raise ValueError(fault)
    return text


def _certificate(text: str) -> str:
    found = from_header(text)
    if found is None:
        message = "is not a certificate in PEM"
        raise ValueError(message)
    return fingerprint(found)


GrantType = Literal["authorization_code", "refresh_token", "client_credentials", "password"]
Method = Literal["client_secret_basic", "client_secret_post", "none", "tls_client_auth", "self_signed_tls_client_auth"]
_Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
_Redirects = Annotated[list[Annotated[str, AfterValidator(_redirect)]], Field(max_length=50, examples=[["https://app.example.com/callback"]])]
_Scopes = Annotated[list[str], Field(min_length=1, max_length=100, examples=[["contacts:read", "openid"]])]


class NewClient(BaseModel):
    """What makes a client. One with `auth_method` none has no secret; one with a certificate shows that instead.

    The grant `password` is for SuiteCRM's V8 interface alone, with application passwords of legacy access.
    With `user_id` its own tokens (client_credentials) act for that user, without for the tenant itself. `token_format` jwt makes
    signed access tokens that others can verify by the published keys. One that proves itself by a certificate gets tokens that are good
    only beside it, and so does any other with `tls_client_certificate_bound_access_tokens`.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: _Name
    grant_types: Annotated[list[GrantType], Field(min_length=1, max_length=3)]
    scopes: _Scopes
    redirect_uris: _Redirects = []
    auth_method: Method = "client_secret_basic"
    token_format: Literal["opaque", "jwt"] = "opaque"
    user_id: Annotated[str, StringConstraints(max_length=40)] | None = None
    test: bool = False
    certificates: Annotated[list[Annotated[str, AfterValidator(_certificate)]], Field(max_length=10)] = []
    tls_client_auth_subject_dn: Annotated[str, StringConstraints(max_length=1000)] | None = None
    tls_client_auth_san_dns: Annotated[str, StringConstraints(max_length=253)] | None = None
    tls_client_certificate_bound_access_tokens: bool = False
    api_version: ApiVersion = API_VERSION


class ClientChange(BaseModel):
    """What may be changed about a client."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: _Name | None = None
    scopes: _Scopes | None = None
    redirect_uris: _Redirects | None = None
    token_format: Literal["opaque", "jwt"] | None = None
    api_version: ApiVersion | None = None


class ClientSecretRotation(BaseModel):
    """How long the old secret goes on beside the new one, in seconds: 0 to 7 days."""

    model_config = ConfigDict(extra="forbid")

    overlap_seconds: Annotated[int, Field(ge=0, le=LONGEST_OVERLAP)] = 86_400


class Registration(BaseModel):
    """Whether programs may register themselves as clients of this tenant without a token."""

    model_config = ConfigDict(extra="forbid")

    open: bool


class ClientView(BaseModel):
    """A client as it is listed. `origin` is api, or registered when it registered itself."""

    id: str
    client_id: str
    object: str
    name: str
    mode: str
    origin: str
    grant_types: list[str]
    scopes: list[str]
    redirect_uris: list[str]
    auth_method: str
    token_format: str
    user_id: str | None
    tls_client_certificate_bound_access_tokens: bool
    api_version: str
    last_used_at: str | None
    version: int
    created_at: str
    updated_at: str


class ClientOnce(ClientView):
    """A client with its secret, shown this once; null for one that has none."""

    client_secret: str | None


class RegistrationView(Registration):
    """Whether programs may register themselves, and where."""

    object: str


class InitialTokenOnce(BaseModel):
    """A token with which programs register themselves; shown this once."""

    object: str
    token: str
    expires_at: str


def shown(row: Row) -> dict[str, Any]:
    """Return a client in its wire form, without its secret."""
    found: dict[str, Any] = {"id": row["id"], "client_id": row["id"], "object": "client"}
    copied = ("name", "mode", "origin", "grant_types", "scopes", "redirect_uris", "auth_method", "token_format", "user_id", "api_version", "version")
    found |= {name: row[name] for name in copied}
    found[BOUND] = binds(row["auth_method"], row["metadata"])
    return found | {name: None if row[name] is None else clock.rfc3339(row[name]) for name in ("last_used_at", "created_at", "updated_at")}


def create(actor: Actor, body: NewClient) -> dict[str, Any]:
    """Make a client of the actor's tenant. Raises Unprocessable for a combination that could never work, Denied for too much."""
    permit(actor, "keys:write")
    wanted = scopes.parse(" ".join(body.scopes))
    _refuse_more(actor, wanted)
    faults = list(_faults(actor, body))
    if faults:
        raise Unprocessable("This client could not work.", faults=faults)
    mode = "test" if body.test or actor.mode == "test" else "live"
    secret = keys.mint(cast("Any", mode), "ocs") if body.auth_method.startswith("client_secret") else None
    row = {**new_row(body.name, "api", secret), "scopes": sorted(wanted), "created_by": actor.id, "mode": mode}
    row |= {name: getattr(body, name) for name in ("grant_types", "redirect_uris", "auth_method", "token_format", "user_id", "api_version")}
    row["metadata"] = _certificate_metadata(body)
    with database.transaction():
        clients.insert(actor.tenant_id, mode, row)
        events.record_audit(actor, "client.created", row["id"], {"name": [None, body.name], "scopes": [None, sorted(wanted)]})
    return {**shown(row), "client_secret": secret}


def new_row(name: str, origin: str, secret: str | None) -> dict[str, Any]:
    """Return the columns of a new client that follow from nothing else."""
    now = clock.now_ms()
    empty = dict.fromkeys(("old_secret_digest", "old_secret_ends_at", "registration_digest", "user_id", "created_by", "last_used_at"))
    digest = secret and vaults.vault().digest(secret, SECRET)
    kept: dict[str, Any] = {"id": ids.new_id("cli"), "name": name, "origin": origin, "secret_digest": digest, "metadata": {}}
    return {**empty, **kept, "api_version": API_VERSION, "version": 1, "created_at": now, "updated_at": now}


def _certificate_metadata(body: NewClient) -> dict[str, Any]:
    found = {"certificate_fingerprints": body.certificates or None}
    found |= {name: getattr(body, name) for name in ("tls_client_auth_subject_dn", "tls_client_auth_san_dns", BOUND)}
    return {name: value for name, value in found.items() if value}


def _faults(actor: Actor, body: NewClient) -> Any:
    if "authorization_code" in body.grant_types and not body.redirect_uris:
        yield Fault("/redirect_uris", "missing", "People are sent back to one of these after they allowed it.")
    if {"client_credentials", "password"} & set(body.grant_types) and body.auth_method == "none":
        yield Fault("/auth_method", "invalid", "A client that acts by itself has to prove who it is.")
    if body.grant_types == ["refresh_token"]:
        yield Fault("/grant_types", "invalid", "A refresh token comes only of an authorization_code.")
    if body.auth_method == "self_signed_tls_client_auth" and not body.certificates:
        yield Fault("/certificates", "missing", "This way of authentication needs the client's certificate.")
    if body.auth_method == "tls_client_auth" and not (body.tls_client_auth_subject_dn or body.tls_client_auth_san_dns):
        yield Fault("/tls_client_auth_subject_dn", "missing", "This way of authentication needs the certificate's subject or DNS name.")
    if body.user_id is not None and not users.briefs(actor.tenant_id, [body.user_id]):
        yield Fault("/user_id", "unknown_reference", f"There is no user '{body.user_id}'.")


def _refuse_more(actor: Actor, wanted: frozenset[str]) -> None:
    of_api = wanted - scopes.ABOUT_PEOPLE.keys()
    beyond = sorted(scope for scope in of_api if not (grants(actor.scopes, scope) and grants(ROLES[actor.role], scope)))
    if beyond:
        raise Denied(f"You cannot give a client scopes that you lack yourself: {', '.join(beyond)}.", code="insufficient_scope")


def list_page(actor: Actor, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of clients, and the cursor of the next."""
    permit(actor, "keys:read")
    scope = pages.scope_of(actor, "clients")
    found, following = pages.page(scope, cursor, limit, lambda after, most: clients.page(actor.tenant_id, actor.mode, after, most))
    return [shown(row) for row in found], following


def get(actor: Actor, client_id: str) -> dict[str, Any]:
    """Return a client. Raises Missing."""
    permit(actor, "keys:read")
    return shown(_find(actor, client_id))


def _find(actor: Actor, client_id: str) -> Row:
    """Return a client: of the actor's mode, or of the sandbox, whose clients can be made in live mode as well. Raises Missing."""
    row = clients.find(actor.tenant_id, actor.mode, client_id) or clients.find(actor.tenant_id, "test", client_id)
    if row is None:
        raise Missing(f"There is no client '{client_id}'.")
    return row


def update(actor: Actor, client_id: str, body: ClientChange, *, version: int | None = None) -> dict[str, Any]:
    """Change a client; tokens that are out keep what they were given."""
    permit(actor, "keys:write")
    change: dict[str, Any] = body.model_dump(exclude_none=True)
    if "scopes" in change:
        wanted = scopes.parse(" ".join(change["scopes"]))
        _refuse_more(actor, wanted)
        change["scopes"] = sorted(wanted)
    with database.transaction():
        before = _find(actor, client_id)
        if version is not None and before["version"] != version:
            raise Stale(current=before["version"])
        changes = {name: [before[name], value] for name, value in change.items() if before[name] != value}
        if not changes:
            return shown(before)
        stamped = {**change, "updated_at": clock.now_ms()}
        if not clients.update(actor.tenant_id, client_id, stamped, before["version"]):
            raise Stale
        generations.bump(GENERATION)
        events.record_audit(actor, "client.updated", client_id, changes)
    return shown({**before, **stamped, "version": before["version"] + 1})


def remove(actor: Actor, client_id: str) -> None:
    """Remove a client; its tokens are refused everywhere within a second."""
    permit(actor, "keys:write")
    with database.transaction():
        before = _find(actor, client_id)
        clients.delete(client_id)
        generations.bump(GENERATION)
        events.record_audit(actor, "client.deleted", client_id, {"name": [before["name"], None]})


def rotate_secret(actor: Actor, client_id: str, body: ClientSecretRotation) -> dict[str, Any]:
    """Return the client with a new secret; the old one goes on for the overlap. Raises Unprocessable for a client without."""
    permit(actor, "keys:write")
    now = clock.now_ms()
    with database.transaction():
        before = _find(actor, client_id)
        if before["secret_digest"] is None:
            raise Unprocessable("This client proves itself without a secret.", code="client_without_secret")
        secret = keys.mint(before["mode"], "ocs")
        change: dict[str, Any] = {"secret_digest": vaults.vault().digest(secret, SECRET), "old_secret_digest": before["secret_digest"]}
        change |= {"old_secret_ends_at": now + body.overlap_seconds * 1000, "updated_at": now}
        if not clients.update(actor.tenant_id, client_id, change, before["version"]):
            raise Stale
        events.record_audit(actor, "client.secret_rotated", client_id)
    return {**shown({**before, **change, "version": before["version"] + 1}), "client_secret": secret}


def get_registration(actor: Actor) -> dict[str, Any]:
    """Tell whether programs may register themselves."""
    permit(actor, "keys:read")
    return {"object": "client_registration", "open": clients.registration_is_open(actor.tenant_id)}


def put_registration(actor: Actor, body: Registration) -> dict[str, Any]:
    """Let programs register themselves without a token, or no longer."""
    permit(actor, "keys:write")
    with database.transaction():
        before = clients.registration_is_open(actor.tenant_id)
        clients.put_registration(actor.tenant_id, is_open=body.open)
        events.record_audit(actor, "client_registration.updated", actor.tenant_id, {"open": [before, body.open]})
    return {"object": "client_registration", "open": body.open}


def create_initial_token(actor: Actor) -> dict[str, Any]:
    """Return a token with which programs can register themselves as clients of this tenant, for a week."""
    permit(actor, "keys:write")
    text, now = keys.mint(actor.mode, "oir"), clock.now_ms()
    row: dict[str, Any] = {"id": ids.new_id("tok"), "kind": "initial", "client_id": "", "digest": vaults.vault().digest(text, "initial-access-token")}
    row |= {"scopes": [], "audience": [], "issuer": "", "created_at": now, "expires_at": now + INITIAL_MS}
    with database.transaction():
        tokens.insert(actor.tenant_id, actor.mode, row)
        events.record_audit(actor, "client_registration.token_created", row["id"])
    return {"object": "initial_access_token", "token": text, "expires_at": clock.rfc3339(now + INITIAL_MS)}
