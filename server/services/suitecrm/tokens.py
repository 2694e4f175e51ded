"""Tokens for SuiteCRM's V8 interface: given for a client's secret, an application password or a refresh token.

An access token is a signed JWT of SuiteCRM's shape, but known by its keyed hash like all others, so that ending it works at
once. It opens V8 alone. A refresh token is good once; one that comes twice ends everything of its sign-in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from server.domain import keys
from server.domain.actor import Actor
from server.domain.errors import Invalid, Unauthenticated
from server.domain.permissions import SCOPES, grants
from server.services import events, legacy, signing_keys, vaults
from server.services.oauth.client_model import Client
from server.services.suitecrm import people
from server.services.suitecrm.ids import outside
from server.store import clients, database, tokens, users
from server.store import legacy as store
from server.system import clock, ids

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from server.domain.actor import Mode
    from server.store.legacy import StoredToken
    from server.store.records import Document

ACCESS_SECONDS: Final = 3600
REFRESH_MS: Final = 30 * 86_400_000
KEPT_MS: Final = 3_600_000
PRUNED_AT_ONCE: Final = 20
PURPOSE: Final = "legacy-token"
_TOUCHED_MS: Final = 60_000
MISSING: Final = 'Missing "Authorization" header'
UNVERIFIED: Final = "Access token could not be verified"


@dataclass(frozen=True, slots=True)
class Given:
    """Whom tokens are given to: what a client, and a person if there is one, may do together."""

    client: Client
    user_id: str | None
    scopes: frozenset[str]
    family: str
    refreshable: bool

    @property
    def tenant_id(self) -> str:
        """The tenant that the client belongs to."""
        return str(self.client.tenant_id)


def issue(stranger: Actor, form: Mapping[str, str], basic: tuple[str, str] | None, admit: Callable[..., None]) -> dict[str, Any]:
    """Answer a request for tokens. Slow: may hash. Raises Invalid and Unauthenticated with the codes of RFC 6749."""
    grant = _GRANTS.get(form.get("grant_type", ""))
    if not form.get("grant_type"):
        raise Invalid("The parameter grant_type is missing.", code="invalid_request")
    if grant is None:
        raise Invalid("The authorization grant type is not supported by the authorization server.", code="unsupported_grant_type")
    client = _client(form, basic)
    admit(client.id, client.tenant_id, client.row["tenant_tier"])
    if form.get("scope"):
        raise Invalid("The requested scope is invalid, unknown, or malformed: scopes come with the client.", code="invalid_scope")
    if not store.is_open(str(client.tenant_id)):
        raise Unauthenticated("Legacy access is switched off for this tenant.", code="invalid_client")
    return _keep(stranger, grant(stranger, client, form))


def _client(form: Mapping[str, str], basic: tuple[str, str] | None) -> Client:
    """Return the client that proves itself, in the body or else in the header."""
    client_id, secret = (form["client_id"], form.get("client_secret", "")) if form.get("client_id") else basic or ("", "")
    if not client_id:
        raise Invalid("The parameter client_id is missing.", code="invalid_request")
    row = clients.find_anywhere(client_id)
    known = Client(row) if row and row["tenant_id"] and row["secret_digest"] else None
    client = None if known and known.bound else known  # these tokens are bound to no certificate
    if client is None or not client.check_client_secret(secret) or not {"client_credentials", "password"} & set(client.row["grant_types"]):
        raise Unauthenticated("Client authentication failed.", code="invalid_client")
    now = clock.now_ms()
    clients.touch(client.id, now, now - _TOUCHED_MS)
    return client


def _by_client(_stranger: Actor, client: Client, _form: Mapping[str, str]) -> Given:
    if "client_credentials" not in client.row["grant_types"]:
        raise Unauthenticated("This client may not act by itself.", code="invalid_client")
    return Given(client, client.row["user_id"], frozenset(client.row["scopes"]), ids.new_id("fam"), refreshable=False)


def _by_password(stranger: Actor, client: Client, form: Mapping[str, str]) -> Given:
    missing = [name for name in ("username", "password") if not form.get(name)]
    if missing:
        raise Invalid(f"The parameter {missing[0]} is missing.", code="invalid_request")
    try:
        user, row = legacy.sign_in(stranger, form["username"], legacy.md5_of(form["password"]), client.tenant_id)
    except Unauthenticated as error:
        raise Invalid("The user credentials were incorrect.", code="invalid_grant") from error
    return Given(client, user["id"], _both(frozenset(row["scopes"]), frozenset(client.row["scopes"])), ids.new_id("fam"), refreshable=True)


def _both(first: frozenset[str], second: frozenset[str]) -> frozenset[str]:
    return frozenset(scope for scope in SCOPES if grants(first, scope) and grants(second, scope))


def _by_refresh_token(_stranger: Actor, client: Client, form: Mapping[str, str]) -> Given:
    if not form.get("refresh_token"):
        raise Invalid("The parameter refresh_token is missing.", code="invalid_request")
    found = store.find_token(_digest(form["refresh_token"]), store.REFRESH, clock.now_ms())
    if found is None or found.client_id != client.id:
        raise _spent()
    if not tokens.use(found.id, clock.now_ms()):
        store.revoke_family(found.tenant_id, found.family, clock.now_ms())
        raise _spent()
    return Given(client, found.user_id, found.scopes, found.family, refreshable=True)


def _spent() -> Unauthenticated:
    return Unauthenticated("The refresh token is invalid.", code="invalid_refresh_token")


_GRANTS: Final[dict[str, Callable[[Actor, Client, Mapping[str, str]], Given]]] = {
    "client_credentials": _by_client,
    "password": _by_password,
    "refresh_token": _by_refresh_token,
}


def _keep(stranger: Actor, given: Given) -> dict[str, Any]:
    """Make and store the tokens, and return the answer."""
    now, mode = clock.now_ms(), cast("Mode", given.client.row["mode"])
    access_id = ids.new_id("tok")
    access = _signed(given, access_id, now // 1000)
    answer: dict[str, Any] = {"token_type": "Bearer", "expires_in": ACCESS_SECONDS, "access_token": access}
    refresh = keys.mint(mode, "ort") if given.refreshable else None
    with database.transaction():
        tokens.prune(now - KEPT_MS, PRUNED_AT_ONCE)
        _insert(given, access_id, access, store.ACCESS, now, ACCESS_SECONDS * 1000)
        if refresh:
            answer["refresh_token"] = refresh
            _insert(given, ids.new_id("tok"), refresh, store.REFRESH, now, REFRESH_MS)
        actor = Actor("client", given.client.id, given.tenant_id, mode, given.scopes, "", given.user_id, stranger.address, stranger.request_id)
        events.record_audit(actor, "legacy_token.issued", access_id, {"user_id": [None, given.user_id]})
    return answer


def _insert(given: Given, token_id: str, text: str, kind: str, now: int, lasts_ms: int) -> None:
    row: dict[str, Any] = {"id": token_id, "kind": kind, "client_id": given.client.id, "authorization_id": given.family, "user_id": given.user_id}
    row |= {"digest": _digest(text), "created_at": now, "expires_at": now + lasts_ms, "issuer": ""}
    tokens.insert(given.tenant_id, given.client.row["mode"], {**row, "scopes": sorted(given.scopes), "audience": []})


def _digest(text: str) -> str:
    return vaults.vault().digest(text, PURPOSE)


def _signed(given: Given, token_id: str, second: int) -> str:
    from joserfc import jwt

    claims: dict[str, Any] = {"aud": given.client.id, "jti": token_id, "iat": second, "nbf": second, "exp": second + ACCESS_SECONDS}
    claims |= {"sub": outside(given.user_id) if given.user_id else "", "scopes": []}
    key = signing_keys.current()
    return jwt.encode(
        {"alg": signing_keys.ALGORITHM, "kid": key.kid, "typ": "JWT"},
        claims | {"sub": outside(given.user_id) if given.user_id else "", "scopes": []},
        key,
    )


def caller(stranger: Actor, authorization: str | None) -> tuple[Actor, StoredToken]:
    """Return who calls by the header's token. Raises Unauthenticated with SuiteCRM's hint."""
    if not authorization:
        raise Unauthenticated(MISSING, code="unauthenticated")
    scheme, _, text = authorization.partition(" ")
    found = store.find_token(_digest(text.strip()), store.ACCESS, clock.now_ms()) if scheme.lower() == "bearer" else None
    if found is None:
        raise Unauthenticated(UNVERIFIED, code="invalid_key")
    actor = Actor(
        "client", found.client_id, found.tenant_id, cast("Mode", found.mode), found.scopes, found.role, found.user_id, stranger.address,
        stranger.request_id,
    )  # fmt: skip
    return actor, found


def log_out(actor: Actor, token: StoredToken) -> None:
    """End a token with everything of its sign-in."""
    with database.transaction():
        store.revoke_family(actor.tenant_id, token.family, clock.now_ms())
        events.record_audit(actor, "legacy_token.revoked", token.id)


def own_user(actor: Actor) -> Document:
    """Return the user that a caller acts for; a client that acts for the tenant itself is shown as if it were one."""
    row = users.find(actor.tenant_id, actor.owner_id) if actor.owner_id else None
    if row is not None:
        return people.document_of(row)
    client = clients.find(actor.tenant_id, actor.mode, actor.id) or {}
    stood_for: dict[str, Any] = {"id": actor.id, "email": "", "name": client.get("name", actor.id), "role": actor.role, "status": "active"}
    return people.document_of({**stood_for, "created_at": client.get("created_at", 0), "updated_at": client.get("updated_at", 0)})
