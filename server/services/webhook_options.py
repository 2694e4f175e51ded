"""What may be chosen for one webhook beyond address and events, as it is given, kept and shown.

Kept are only choices that differ from the default, as JSON in `webhooks.options`; `{}` is a webhook that pays for nothing it
does not use. What is secret among them is sealed in `webhooks.credentials`, and never shown again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import orjson
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from server.domain import payload_filters
from server.domain.errors import Fault, Unprocessable
from server.outbound import guard
from server.services import rendering, vaults
from server.system import certificates

if TYPE_CHECKING:
    from collections.abc import Mapping

CREDENTIALS_CONTEXT: Final = "webhook.credentials/"
LONGEST_WAIT: Final = 30 * 86_400
MOST_ATTEMPTS: Final = 25
PLAIN: Final = "{}"
MASK: Final = "********"
_HIDDEN: Final = frozenset({"password", "token", "client_secret", "private_key"})
_KEY_PATTERN: Final = r"^[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64}){0,4}$"
Visible = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[!-~][ -~]*$")]
Address = Annotated[str, StringConstraints(max_length=2048), Field(json_schema_extra={"pattern": "^https?://[A-Za-z0-9]"})]


class Option(BaseModel):
    """A choice that is an object of its own."""

    model_config = ConfigDict(extra="forbid")


class RateLimit(Option):
    """How many requests a receiver gets in a time; what is more waits, nothing is dropped."""

    requests: Annotated[int, Field(ge=1, le=1_000_000)]
    period: Literal["second", "minute", "hour"] = "second"


class Ordering(Option):
    """One delivery after the other for each value of a key, in the order of the events.

    `key` is a path in the event's `data`: `id` keeps the order per record, an empty text that of the whole webhook. While one
    delivery is tried again, those behind it wait; when it cannot be delivered, they go on (`skip`) or wait until it is sent again or
    cancelled by hand (`park`). `after_hours` ends its attempts earlier than the schedule would.
    """

    key: Annotated[str, StringConstraints(max_length=200), Field(json_schema_extra={"pattern": _KEY_PATTERN})] = "id"
    policy: Literal["skip", "park"] = "skip"
    after_hours: Annotated[float, Field(gt=0, le=720, allow_inf_nan=False)] | None = None


class BodyTemplate(Option):
    """A body in the receiver's own shape, filled from the event: `{{ data.record.email }}`, `{% if %}`, `{% for %}` and filters such as `tojson`."""

    body: Annotated[
        str, StringConstraints(min_length=1, max_length=rendering.LONGEST), Field(examples=['{"email": {{ data.record.email | tojson }}}'])
    ]
    content_type: Annotated[
        str, StringConstraints(max_length=100), Field(json_schema_extra={"pattern": r"^[a-z]{1,20}/[a-z0-9.+-]{1,60}(; charset=utf-8)?$"})
    ] = "application/json"


class Basic(Option):
    """User name and password (RFC 7617)."""

    type: Literal["basic"]
    username: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[!-9;-~]+$")]
    password: Visible


class Bearer(Option):
    """A token that does not change (RFC 6750)."""

    type: Literal["bearer"]
    token: Annotated[str, StringConstraints(min_length=1, max_length=8000, pattern=r"^[!-~]+$")]


class ClientCredentials(Option):
    """A token fetched from the receiver's authorization server (RFC 6749 section 4.4), kept until shortly before it ends."""

    type: Literal["oauth2"]
    token_url: Address
    client_id: Visible
    client_secret: Visible
    scope: Visible | None = None
    audience: Visible | None = None
    client_authentication: Literal["header", "body"] = "header"


class ClientCertificate(Option):
    """A certificate, with its chain, and its private key in PEM, shown to the receiver (mutual TLS)."""

    type: Literal["mtls"]
    certificate: Annotated[str, StringConstraints(min_length=1, max_length=50_000)]
    private_key: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]


class EgressProxy(Option):
    """An HTTP proxy that this webhook's requests go through; where the appliance has one of its own, that one is used."""

    url: Address
    username: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[!-9;-~]+$")] | None = None
    password: Visible | None = None


def _rate(given: Any) -> Any:
    return {"requests": given} if isinstance(given, int | float) and not isinstance(given, bool) else given


_ORDERINGS: Final[dict[Any, Any]] = {True: {}, "strict": {}, False: None, "none": None}


def _ordering(given: Any) -> Any:
    return _ORDERINGS[given] if isinstance(given, bool | str) and given in _ORDERINGS else given


def refuse(member: str, code: str, detail: str) -> Unprocessable:
    """Return what says that a choice cannot be taken."""
    return Unprocessable(detail, code=code, faults=[Fault(f"/{member}", code, detail)])


def _filter(given: dict[str, Any]) -> dict[str, Any]:
    try:
        payload_filters.parse(given)
    except ValueError as error:
        raise refuse("filter", "invalid_filter", f"The filter {error}.") from error
    return given


def _template(given: BodyTemplate) -> BodyTemplate:
    try:
        rendering.check_template(given.body, given.content_type)
    except rendering.TemplateFailed as error:
        raise refuse("template", "invalid_template", str(error)) from error
    return given


Filter = Annotated[dict[str, Any], Field(min_length=1, examples=[{"record.stage": "won"}]), AfterValidator(_filter)]
Template = Annotated[BodyTemplate, AfterValidator(_template)]
Rate = Annotated[RateLimit, BeforeValidator(_rate, json_schema_input_type=RateLimit | Annotated[int, Field(ge=1, le=1_000_000)])]
Ordered = Annotated[Ordering | None, BeforeValidator(_ordering, json_schema_input_type=Ordering | bool | Literal["strict", "none"])]
Schedule = Annotated[list[Annotated[int, Field(ge=0, le=LONGEST_WAIT)]], Field(min_length=1, max_length=MOST_ATTEMPTS, examples=[[0, 30, 300]])]
Authentication = Annotated[Basic | Bearer | ClientCredentials | ClientCertificate, Field(discriminator="type")]
Format = Literal["json", "flat_json", "raw", "form", "template"]
Signatures = Annotated[list[Literal["v1", "v1a"]], Field(min_length=1, max_length=2, json_schema_extra={"contains": {"const": "v1"}})]
DeliveryMode = Literal["at_least_once", "at_most_once"]

DEFAULTS: Final[dict[str, Any]] = {
    "filter": None,
    "format": "json",
    "template": None,
    "retry_schedule": None,
    "timeout_seconds": None,
    "rate_limit": None,
    "concurrency": None,
    "ordering": None,
    "delivery_mode": "at_least_once",
    "signatures": ["v1"],
}
SEALED: Final = ("authentication", "egress_proxy")


def kept(before: str, given: Mapping[str, Any]) -> str:
    """Return the options to keep: those there were, with what is given over them. Raises Unprocessable when they do not go together."""
    options = {
        **DEFAULTS,
        **orjson.loads(before),
        **{name: DEFAULTS[name] if given[name] is None else given[name] for name in DEFAULTS if name in given},
    }
    if (options["format"] == "template") is not (options["template"] is not None):
        raise refuse("template", "invalid_options", "A template goes with the format 'template', and that format needs one.")
    if "v1" not in options["signatures"]:
        raise refuse("signatures", "invalid_options", "Every message has a 'v1' signature; 'v1a' stands beside it.")
    options["signatures"] = sorted(set(options["signatures"]))
    chosen = {name: value for name, value in options.items() if value != DEFAULTS[name]}
    return orjson.dumps(chosen, option=orjson.OPT_SORT_KEYS).decode()


def asymmetric(options: str) -> bool:
    """Tell whether a webhook also signs with a key pair."""
    return "v1a" in orjson.loads(options).get("signatures", ())


def sealed(webhook_id: str, before: bytes | None, given: Mapping[str, Any]) -> bytes | None:
    """Return the credentials to keep, sealed, with what is given over those there were; None when there are none. Judges their addresses."""
    old = opened(webhook_id, before)
    chosen = {**old, **{name: unmasked(old.get(name), given[name]) for name in SEALED if name in given}}
    chosen = {name: value for name, value in chosen.items() if value is not None}
    _check(chosen)
    return vaults.vault().seal(orjson.dumps(chosen), CREDENTIALS_CONTEXT + webhook_id) if chosen else None


def opened(webhook_id: str, credentials: bytes | None) -> dict[str, Any]:
    """Return the credentials of a webhook."""
    found: dict[str, Any] = orjson.loads(vaults.vault().open(credentials, CREDENTIALS_CONTEXT + webhook_id)) if credentials else {}
    return found


def unmasked(before: Mapping[str, Any] | None, given: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return what is given; a mask stands for what is kept under its name, so that what was read can be sent back with something changed."""
    old = before or {}
    return given and {name: old.get(name, one) if one == MASK else one for name, one in given.items()}


def _check(chosen: Mapping[str, Any]) -> None:
    authentication = chosen.get("authentication") or {}
    if authentication.get("type") == "mtls":
        problem = certificates.problem_with(authentication["certificate"], authentication["private_key"])
        if problem:
            raise refuse("authentication", "invalid_certificate", problem)
    for url in (authentication.get("token_url"), (chosen.get("egress_proxy") or {}).get("url")):
        if url is not None:
            guard.vet_url(url)


def shown(options: str, credentials: Mapping[str, Any]) -> dict[str, Any]:
    """Return every choice in its wire form, with what is secret masked."""
    found = {**DEFAULTS, **orjson.loads(options)}
    return {**found, **{name: _masked(credentials.get(name)) for name in SEALED}}


def _masked(value: Any) -> Any:
    return {name: MASK if name in _HIDDEN and one is not None else one for name, one in value.items()} if value else None
