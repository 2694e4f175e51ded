"""What tenants write and read of installations: bodies, answers, and the rules that a body shows by itself."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.services.changes import Change

Status = Literal["pending_authorization", "connected", "needs_user", "paused", "failed"]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Config = Annotated[dict[Annotated[str, StringConstraints(max_length=100)], Any], Field(max_length=100)]
Permissions = Annotated[list[Word], Field(max_length=50, examples=[["contacts:read", "contacts:write"]])]
ReturnUrl = Annotated[str, StringConstraints(max_length=2048, pattern=r"^https?://[A-Za-z0-9]\S*$")]


class NewInstallation(BaseModel):
    """What installs a connector. Without `permissions` it gets all that it asks for.

    `config` holds the vendor's fields, and `syncInterval` (seconds, or a text such as 15m), `mappings`, `conflict_policy`, `direction` and
    `resources`. `auth` picks one of several ways to authenticate. `credential_id` shares a consent that was given before; `return_url` is where a
    person is sent after one.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: Name | None = None
    config: Config = {}
    permissions: Permissions | None = None
    auth: Word | None = None
    version: Word | None = None
    credential_id: Word | None = None
    return_url: ReturnUrl | None = None


class InstallationChange(Change):
    """What may be changed about an installation; fields of `config` that are left out stay, and null takes one away."""

    name: Name | None = None
    config: Config | None = None
    permissions: Permissions | None = None


class AccountView(BaseModel):
    """The account at the vendor."""

    id: str
    name: str | None


class FaultView(BaseModel):
    """Why something does not work, and what mends it."""

    code: str
    detail: str
    remedy: str | None


class InstallationView(BaseModel):
    """An installed connector. Secrets in `config` are masked. `error` says why it is not connected, and what mends it.

    `authorize_url` is where a person gives the vendor's consent while one is needed; `connect_url` is a page of ours that leads there and
    says before what is asked. `hook_url` is where the vendor may call us.
    """

    id: str
    object: str
    integration: str
    name: str
    status: Status
    error: FaultView | None
    config: dict[str, Any]
    permissions: list[str]
    sync_interval: int | None
    mappings: dict[str, Any]
    auth: str
    provider: str
    credential_id: str | None
    account: AccountView | None
    connector_version: str
    latest_version: str | None
    pinned: bool
    hook_url: str
    authorize_url: str | None
    connect_url: str | None
    last_synced: str | None
    last_synced_at: str | None
    last_event_at: str | None
    version: int
    created_at: str
    updated_at: str


class LoggedFaultView(FaultView):
    """What went wrong with an installation, how often, and when first and last."""

    id: str
    object: str
    occurrences: int
    first_at: str
    last_at: str


class SubscriptionView(BaseModel):
    """What the vendor was asked to call us about. `state` is active, failing (it is renewed again later) or removing."""

    topic: str
    state: str
    expires_at: str | None
    renew_at: str | None
    last_error: str | None


class HookView(BaseModel):
    """How the address fares that the vendor calls; `health` is ok, failing or silent."""

    source_id: str
    health: str
    has_secret: bool
    failures: int
    last_seen_at: str | None
    last_error: str | None


class InstallationStatus(InstallationView):
    """An installation with how it fares: usage of the last 30 days, what went wrong, and whether the vendor still calls."""

    usage: dict[str, int]
    errors: list[LoggedFaultView]
    subscriptions: list[SubscriptionView]
    hook: HookView | None


class Reauthorization(BaseModel):
    """Where a person is sent after giving the consent again."""

    model_config = ConfigDict(extra="forbid")

    return_url: ReturnUrl | None = None


class ConsentLinks(BaseModel):
    """Where a person gives the consent: at the vendor, and on a page of ours that leads there."""

    authorize_url: str
    connect_url: str


class Upgrade(BaseModel):
    """The version to go to, up or down; without one the newest. `pin` keeps it there."""

    model_config = ConfigDict(extra="forbid")

    version: Word | None = None
    pin: bool | None = None
