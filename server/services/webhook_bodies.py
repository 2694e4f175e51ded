"""What tenants write and read of webhooks: bodies, answers, and the rules that a body shows by itself."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from server.domain import signing
from server.domain.events import normalise_pattern, spellings
from server.services.changes import Change
from server.services.webhook_options import (
    Authentication,
    DeliveryMode,
    EgressProxy,
    Filter,
    Format,
    Ordered,
    Rate,
    Schedule,
    Signatures,
    Template,
)

LONGEST_OVERLAP: Final = 604_800
RESERVED: Final = frozenset(
    {"connection", "content-encoding", "content-length", "content-type", "expect", "host", "keep-alive", "proxy-connection", "te", "trailer"}
    | {"transfer-encoding", "upgrade", "user-agent"}
)


def _events(patterns: list[str]) -> list[str]:
    return list(dict.fromkeys(normalise_pattern(pattern) for pattern in patterns))


def _headers(headers: dict[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if name.lower() in RESERVED or name.lower().startswith("webhook-"):
            message = f"may not set the header '{name}'"
            raise ValueError(message)
        if (
            not name.replace("-", "").replace("_", "").isalnum()
            or not name.isascii()
            or any(ord(letter) < 32 or ord(letter) > 126 for letter in value)
        ):
            message = f"holds a header that HTTP does not allow: '{name[:50]}'"
            raise ValueError(message)
    return headers


Events = Annotated[
    list[Annotated[str, StringConstraints(max_length=100), Field(json_schema_extra={"enum": sorted(spellings())})]],
    Field(min_length=1, max_length=100, examples=[["contact.*"]]),
    AfterValidator(_events),
]
Headers = Annotated[
    dict[str, Annotated[str, StringConstraints(max_length=4096), Field(json_schema_extra={"pattern": "^[ -~]*$"})]],
    Field(max_length=50, json_schema_extra={"propertyNames": {"pattern": "^[A-Za-z0-9_-]+$"}}),
    AfterValidator(_headers),
]
Url = Annotated[
    str, StringConstraints(max_length=2048), Field(examples=["https://example.com/hooks"], json_schema_extra={"pattern": "^https?://[A-Za-z0-9]"})
]


CLEARABLE: Final = frozenset(
    {"authentication", "concurrency", "description", "egress_proxy", "filter", "headers", "ordering", "rate_limit", "retry_schedule"}
    | {"template", "timeout_seconds"}
)


class WebhookChange(Change):
    """What may be changed about a webhook. A choice that is an object is replaced whole; null takes it back.

    `filter` has conditions on the event's `data`, such as `{"record.stage": "won"}`, with the operators of lists; `retry_schedule` the
    seconds before each attempt, the first included; `concurrency` how many requests may be under way at once. `at_most_once`
    never repeats a request that may have reached its receiver. `signatures` with `v1a` adds one that a public key checks.
    """

    clearable = CLEARABLE

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    url: Url | None = None
    events: Events | None = None
    description: Annotated[str, StringConstraints(max_length=1000)] | None = None
    headers: Headers | None = None
    active: bool | None = None
    filter: Filter | None = None
    format: Format | None = None
    template: Template | None = None
    retry_schedule: Schedule | None = None
    timeout_seconds: Annotated[int, Field(ge=1, le=30)] | None = None
    rate_limit: Rate | None = None
    concurrency: Annotated[int, Field(ge=1, le=100)] | None = None
    ordering: Ordered | None = None
    authentication: Authentication | None = None
    delivery_mode: DeliveryMode | None = None
    signatures: Signatures | None = None
    egress_proxy: EgressProxy | None = None


class NewWebhook(WebhookChange):
    """What makes a webhook. Without a `secret` one is made; it is shown once."""

    clearable = CLEARABLE | {"secret"}

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    url: Url
    events: Events
    secret: Annotated[str, StringConstraints(max_length=200), AfterValidator(signing.check_secret)] | None = None
    active: bool = True


class SecretRotation(BaseModel):
    """How long the old secret goes on signing beside the new one, in seconds: 0 to 7 days."""

    model_config = ConfigDict(extra="forbid")

    overlap_seconds: Annotated[int, Field(ge=0, le=LONGEST_OVERLAP)] = 86_400


class WebhookView(BaseModel):
    """A webhook as it is listed."""

    id: str
    object: str
    name: str
    url: str
    description: str | None
    events: list[str]
    headers: dict[str, str]
    filter: dict[str, Any] | None
    format: Format
    template: dict[str, str] | None
    retry_schedule: list[int] | None
    timeout_seconds: int | None
    rate_limit: dict[str, Any] | None
    concurrency: int | None
    ordering: dict[str, Any] | None
    authentication: dict[str, Any] | None
    delivery_mode: DeliveryMode
    signatures: list[str]
    public_key: str | None
    egress_proxy: dict[str, Any] | None
    active: bool
    status: Literal["active", "paused", "disabled"]
    status_reason: str | None
    circuit: Literal["closed", "open", "half_open"]
    parked_until: str | None
    failure_count: int
    last_triggered: str | None
    version: int
    created_at: str
    updated_at: str


class WebhookOnce(WebhookView):
    """A webhook with its secret, shown this once."""

    secret: str


class SecretOnce(BaseModel):
    """A new secret, shown this once."""

    secret: str


class WebKeySet(BaseModel):
    """Public keys as JSON Web Keys (RFC 8037), the newest first; `whpk` is the same key as Standard Webhooks writes it."""

    keys: list[dict[str, str]]
