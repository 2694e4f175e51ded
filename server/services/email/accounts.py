"""Mail accounts: the servers a tenant sends through and fetches from, how it signs in there, and what is known of each provider.

Secrets are sealed, never shown. A server's name is judged by the address guard at every connection, so an account cannot
lead into the private net.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.domain.actor import Actor
from server.domain.addresses import check_url
from server.domain.errors import Conflict, Fault, Missing, Stale, Unprocessable
from server.domain.mail import addressing, presets, provider_apis
from server.domain.mail.names import ascii_name
from server.domain.mail.presets import Place, Preset
from server.domain.permissions import permit
from server.outbound import refreshing
from server.outbound.mail_apis.letters import ApiAccount
from server.outbound.smtp import Peer
from server.services import events, pages, vaults
from server.services.changes import Change
from server.store import database, email_accounts
from server.system import clock, ids

if TYPE_CHECKING:
    from server.store.tables import Row

CONTEXT: Final = "email_account.secrets/"
MOST: Final = 200
_MARGIN_MS: Final = 120_000
"""A token is renewed so long before it ends: a message may take its time."""
SERVERS: Final = ("smtp", "imap", "pop3")
_SECRETS: Final = ("username", "password", "client_id", "client_secret", "refresh_token", "token_url")
_SHOWN_SECRETS: Final = ("username", "client_id", "token_url")

FOLDERS: Final = "folders"
API: Final = "api"
API_KEY: Final = "api_key"
Auth = Literal["password", "xoauth2", "api_key"]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Folder = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Token = Annotated[str, StringConstraints(min_length=1, max_length=8192)]


class MailServer(BaseModel):
    """A server; `security` is tls from the first byte, or starttls. Without TLS nobody signs in."""

    model_config = ConfigDict(extra="forbid")

    host: Annotated[str, StringConstraints(min_length=1, max_length=253)]
    port: Annotated[int, Field(ge=1, le=65_535)]
    security: Literal["tls", "starttls", "none"] = "tls"


class ProviderApi(BaseModel):
    """Where a provider's API is called: its region, the sending domain that is set up there (Mailgun), an address instead of the usual one."""

    model_config = ConfigDict(extra="forbid")

    region: Annotated[str, StringConstraints(max_length=40)] | None = None
    domain: Annotated[str, StringConstraints(min_length=1, max_length=253)] | None = None
    endpoint: Annotated[str, StringConstraints(max_length=500)] | None = None


class AccountChange(Change):
    """What may be changed. With `auth` xoauth2 an account needs client_id and refresh_token, and token_url unless its preset knows it.

    `folders` are read besides INBOX, such as Sent, so that both sides of a conversation are on the timeline.

    With `auth` api_key mail is handed to the `provider` over HTTP, by `password` as the key; Amazon SES has the access key id as `username`.
    """

    clearable = frozenset({"provider", "smtp", "imap", "pop3", "api", "client_secret", "folders"})

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    provider: Annotated[str, Field(json_schema_extra={"enum": sorted(presets.BY_KEY)}), StringConstraints(max_length=50)] | None = None
    auth: Auth | None = None
    smtp: MailServer | None = None
    imap: MailServer | None = None
    pop3: MailServer | None = None
    api: ProviderApi | None = None
    folders: Annotated[list[Folder], Field(max_length=20)] | None = None
    username: Text | None = None
    password: Token | None = None
    client_id: Text | None = None
    client_secret: Token | None = None
    refresh_token: Token | None = None
    token_url: Annotated[str, StringConstraints(max_length=500)] | None = None
    enabled: bool | None = None


class NewAccount(AccountChange):
    """What makes an account: its address, and how to sign in; servers that are left out are those of the provider."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    address: Annotated[str, StringConstraints(min_length=3, max_length=320), Field(json_schema_extra={"examples": ["ada@example.com"]})]
    auth: Auth = "password"


class MailAccountView(BaseModel):
    """An account; passwords and tokens are never shown. `last_test` is what the last test found."""

    id: str
    object: str
    name: str
    address: str
    provider: str | None
    auth: Auth
    username: str | None
    client_id: str | None
    token_url: str | None
    has_secret: bool
    smtp: MailServer | None
    imap: MailServer | None
    pop3: MailServer | None
    api: ProviderApi | None
    folders: list[str]
    status: Literal["active", "failing", "disabled"]
    status_reason: str | None
    last_test: dict[str, Any] | None
    version: int
    created_at: str
    updated_at: str


def place_shown(place: Place | None) -> dict[str, Any] | None:
    """Return a server of a preset in its wire form."""
    return place._asdict() if place else None


def _checked_server(server: dict[str, Any], pointer: str) -> dict[str, Any]:
    host = ascii_name(server["host"])
    if host is None:
        detail = "This is not the name of a host."
        raise Unprocessable("A server cannot be used.", code="invalid_server", faults=[Fault(f"{pointer}/host", "invalid_server", detail)])
    # What was left unsaid is what a server usually does.
    return {**MailServer.model_validate(server).model_dump(), "host": host}


def create(actor: Actor, body: NewAccount) -> dict[str, Any]:
    """Make an account. Raises Unprocessable pointing at what is missing."""
    permit(actor, "email:write")
    address = addressing.mailbox(body.address).address
    now, account_id = clock.now_ms(), ids.new_id("acc")
    provider = body.provider or getattr(presets.BY_DOMAIN.get(address.rpartition("@")[2]), "key", None)
    row: Row = {"id": account_id, "tenant_id": actor.tenant_id, "mode": actor.mode, "name": body.name, "address": address, "provider": provider}
    row |= {"auth": body.auth, "status": "active", "status_reason": None, "test": None, "version": 1}
    row |= {"created_at": now, "updated_at": now, "deleted_at": None, "options": "{}", "secrets": None}
    row |= _changed(row, {"username": address}, body)
    with database.transaction():
        if len(email_accounts.page(actor.tenant_id, actor.mode, "", MOST)) >= MOST:
            raise Conflict(f"A tenant may have {MOST} mail accounts.", code="too_many_accounts")
        email_accounts.insert(actor.tenant_id, actor.mode, row)
        events.record_audit(actor, "email_account.created", account_id, {"address": [None, address]})
    return shown(row)


def _changed(row: Row, secrets: dict[str, Any], body: AccountChange) -> Row:
    """Return what a change writes: servers filled in from the preset, secrets sealed."""
    given = body.model_dump(exclude_unset=True)
    provider, auth = given.get("provider", row["provider"]), body.auth or row["auth"]
    preset = _preset(provider)
    ways = _api(provider, row, given) if auth == API_KEY else _servers(preset, row, given)
    kept = secrets | {name: given[name] for name in _SECRETS if name in given}
    if preset and preset.token_url:
        kept.setdefault("token_url", preset.token_url)
    changed: Row = {"provider": provider, "auth": auth, "name": given.get("name", row["name"])}
    _check({**row, **changed}, ways, kept)
    if body.enabled is not None:
        changed |= {"status": "active" if body.enabled else "disabled", "status_reason": None}
    return changed | {"options": orjson.dumps(ways | _folders(row, given, ways)).decode(), "secrets": _sealed(row["id"], kept)}


def _preset(provider: str | None) -> Preset | None:
    preset = presets.BY_KEY.get(provider) if provider else None
    if provider and preset is None:
        detail = "GET /email/accounts/providers lists them."
        raise Unprocessable("There is no such provider.", code="unknown_provider", faults=[Fault("/provider", "unknown_provider", detail)])
    return preset


def _servers(preset: Preset | None, row: Row, given: dict[str, Any]) -> dict[str, Any]:
    servers: dict[str, Any] = {name: place_shown(getattr(preset, name, None)) for name in SERVERS}
    servers |= {name: one for name, one in orjson.loads(row["options"]).items() if name in SERVERS}
    servers |= {name: given[name] for name in SERVERS if name in given}
    return {name: _checked_server(one, f"/{name}") for name, one in servers.items() if one}


def _folders(row: Row, given: dict[str, Any], ways: dict[str, Any]) -> dict[str, list[str]]:
    """Return the chosen folders, each once. Raises Unprocessable where nothing could read them."""
    chosen = list(dict.fromkeys(given["folders"] or [] if FOLDERS in given else folders_of(row)))
    if chosen and "imap" not in ways:
        fault = Fault("/folders", "invalid_account", "Only IMAP has folders.")
        raise Unprocessable("The account cannot be used so.", code="invalid_account", faults=[fault])
    return {FOLDERS: chosen} if chosen else {}


def _api(provider: str | None, row: Row, given: dict[str, Any]) -> dict[str, Any]:
    """Return the API that mail is handed to. Raises Unprocessable pointing at what is missing, or at servers, which it has none of."""
    chosen = (given[API] if API in given else orjson.loads(row["options"]).get(API)) or {}
    faults = provider_apis.lacking(provider, chosen.get("region"), chosen.get("domain"))
    faults += [Fault(f"/{name}", "invalid_account", "Where mail is handed to an API there is no server.") for name in SERVERS if given.get(name)]
    if faults:
        raise Unprocessable("The account cannot be used so.", code="invalid_account", faults=faults)
    if chosen.get("endpoint"):
        check_url(chosen["endpoint"])
    return {API: chosen}


def _check(row: Row, ways: dict[str, Any], secrets: dict[str, Any]) -> None:
    needed = ("client_id", "refresh_token", "token_url") if row["auth"] == "xoauth2" else ("password",)
    faults = [Fault(f"/{name}", "missing", "This way of signing in needs it.") for name in needed if not secrets.get(name)]
    if not ways:
        faults.append(Fault("/smtp", "missing", "The provider is not known: name the servers."))
    faults += [
        Fault(f"/{name}/security", "invalid_server", "Nobody signs in without TLS.") for name, one in ways.items() if one.get("security") == "none"
    ]
    known = provider_apis.APIS.get(row["provider"] or "") if API in ways else None
    if known and known.needs_key_id and secrets.get("username") in {None, row["address"]}:
        faults.append(Fault("/username", "missing", f"{known.title} needs the id of the access key here."))
    if faults:
        raise Unprocessable("The account cannot be used so.", code="invalid_account", faults=faults)
    if row["auth"] == "xoauth2":
        check_url(secrets["token_url"])


def _sealed(account_id: str, secrets: dict[str, Any]) -> bytes:
    return vaults.vault().seal(orjson.dumps({name: value for name, value in secrets.items() if value is not None}), CONTEXT + account_id)


def opened(row: Row) -> dict[str, Any]:
    """Return the secrets of an account: username, password, or what XOAUTH2 needs."""
    found: dict[str, Any] = orjson.loads(vaults.vault().open(row["secrets"], CONTEXT + row["id"])) if row["secrets"] else {}
    return found


def servers_of(row: Row) -> dict[str, dict[str, Any]]:
    """Return the servers of an account by kind: smtp, imap, pop3; or, as `api`, where mail is handed over HTTP."""
    found: dict[str, dict[str, Any]] = orjson.loads(row["options"])
    return {name: one for name, one in found.items() if name != FOLDERS}


def folders_of(row: Row) -> list[str]:
    """Return the folders that are read besides INBOX."""
    return list(orjson.loads(row["options"]).get(FOLDERS, []))


def access_token(row: Row) -> str:
    """Return a token that is good for two minutes at least, refreshed where it is not. Raises Unprocessable (`token_refused`), Later."""
    secrets = opened(row)
    if secrets.get("access_token") and secrets.get("expires_at", 0) > clock.now_ms() + _MARGIN_MS:
        return str(secrets["access_token"])
    fields = {name: secrets[name] for name in ("client_id", "client_secret", "refresh_token") if secrets.get(name)}
    grant = refreshing.refresh(secrets["token_url"], fields)
    renewed = {**secrets, "access_token": grant.access_token, "expires_at": clock.now_ms() + grant.expires_in * 1000}
    renewed |= {"refresh_token": grant.refresh_token or secrets["refresh_token"]}
    with database.transaction():
        email_accounts.replace_secrets(row["tenant_id"], row["mode"], row["id"], row["secrets"], _sealed(row["id"], renewed))
    return grant.access_token


def peer(row: Row) -> Peer:
    """Return the server an account sends through, with what it signs in by. Raises Unprocessable (`no_smtp_server`, `token_refused`), Later."""
    server = servers_of(row).get("smtp")
    if server is None:
        raise Unprocessable("The account has no server to send through.", code="no_smtp_server")
    secrets = opened(row)
    token = access_token(row) if row["auth"] == "xoauth2" else ""
    return Peer(server["host"], server["port"], server["security"], secrets.get("username", ""), secrets.get("password", ""), token)


def api_account(row: Row) -> ApiAccount | None:
    """Return whom an account hands mail to over HTTP, and by which key; None for one that sends by SMTP."""
    chosen = servers_of(row).get(API)
    if chosen is None:
        return None
    secrets, provider = opened(row), row["provider"]
    endpoint = chosen.get("endpoint") or provider_apis.endpoint(provider, chosen.get("region")) or ""
    domain, region = chosen.get("domain") or "", chosen.get("region") or ""
    return ApiAccount(provider, endpoint.rstrip("/"), secrets["password"], secrets.get("username", ""), domain, region)


def usable(actor: Actor, account_id: str) -> Row:
    """Return an account that can be sent through. Raises Unprocessable (`unknown_account`)."""
    row = email_accounts.find(actor.tenant_id, actor.mode, account_id)
    if row is None or row["status"] == "disabled" or not {"smtp", API} & servers_of(row).keys():
        detail = "There is no account with this id that mail can be sent through."
        raise Unprocessable(detail, code="unknown_account", faults=[Fault("/account", "unknown_account", detail)])
    return row


def find(actor: Actor, account_id: str) -> Row:
    """Return the row of an account of the actor's. Raises Missing."""
    row = email_accounts.find(actor.tenant_id, actor.mode, account_id)
    if row is None:
        raise Missing(f"There is no mail account '{account_id}'.")
    return row


def shown(row: Row) -> dict[str, Any]:
    """Return an account in its wire form."""
    secrets, servers = opened(row), servers_of(row)
    found = {name: row[name] for name in ("id", "name", "address", "provider", "auth", "status", "status_reason", "version")}
    found |= {"object": "email_account", "has_secret": bool(secrets.get("password") or secrets.get("refresh_token"))}
    found |= {name: secrets.get(name) for name in _SHOWN_SECRETS} | {name: servers.get(name) for name in (*SERVERS, API)}
    found |= {FOLDERS: folders_of(row)}
    found |= {"last_test": orjson.loads(row["test"]) if row["test"] else None}
    return found | {"created_at": clock.rfc3339(row["created_at"]), "updated_at": clock.rfc3339(row["updated_at"])}


def get(actor: Actor, account_id: str) -> dict[str, Any]:
    """Return an account. Raises Missing."""
    permit(actor, "email:read")
    return shown(find(actor, account_id))


def list_page(actor: Actor, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of accounts, and the cursor of the next."""
    permit(actor, "email:read")
    scope = pages.scope_of(actor, "email_accounts")
    found, following = pages.page(scope, cursor, limit, lambda before, most: email_accounts.page(actor.tenant_id, actor.mode, before, most))
    return [shown(row) for row in found], following


def update(actor: Actor, account_id: str, body: AccountChange, *, version: int | None = None) -> dict[str, Any]:
    """Change an account; a new password or token forgets what was signed in with before."""
    permit(actor, "email:write")
    with database.transaction():
        before = find(actor, account_id)
        if version is not None and before["version"] != version:
            raise Stale(current=before["version"])
        secrets = opened(before)
        if body.refresh_token is not None:
            secrets = {name: value for name, value in secrets.items() if name not in {"access_token", "expires_at"}}
        after = _write(before, _changed(before, secrets, body))
        changes = {name: [before[name], after[name]] for name in ("name", "provider", "auth", "status") if before[name] != after[name]}
        events.record_audit(actor, "email_account.updated", account_id, changes)
    return shown(after)


def _write(before: Row, changed: Row) -> Row:
    after = {**before, **changed, "version": before["version"] + 1, "updated_at": clock.now_ms()}
    if not email_accounts.update(before["tenant_id"], before["mode"], after, before["version"]):
        raise Stale
    return after


def remove(actor: Actor, account_id: str, *, version: int | None = None) -> None:
    """Remove an account with its secrets; what waits to be sent through it fails over, or fails."""
    permit(actor, "email:write")
    with database.transaction():
        before = find(actor, account_id)
        if version is not None and before["version"] != version:
            raise Stale(current=before["version"])
        _write(before, {"deleted_at": clock.now_ms(), "secrets": None, "status": "disabled"})
        events.record_audit(actor, "email_account.deleted", account_id, {"address": [before["address"], None]})
