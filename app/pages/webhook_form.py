"""What a webhook may be told to do, as fields: its address and events, and in parts behind them everything else that the API takes."""

from __future__ import annotations

from typing import Final

from app.widgets.fields import Field

MESSAGE, PACE, SIGNING, NETWORK = "Payload", "Delivery", "Authentication and signatures", "Network"
FORMATS: Final = {
    "json": "JSON, with what the event is about",
    "flat_json": "JSON in one level",
    "raw": "JSON of the record alone",
    "form": "A form, as browsers send it",
    "template": "A template of your own",
}
PROMISES: Final = {"at_least_once": "At least once", "at_most_once": "At most once"}
PERIODS: Final = {"second": "second", "minute": "minute", "hour": "hour"}
POLICIES: Final = {"skip": "In order; after a failure the next one goes on", "park": "In order; after a failure all wait"}
KEYS: Final = {"id": "Each record by itself", "": "The whole webhook"}
SIGNATURES: Final = {"v1": "HMAC with the secret", "v1a": "Ed25519, checked with a public key"}
WAYS: Final = {"basic": "User name and password", "bearer": "A token", "oauth2": "OAuth client credentials", "mtls": "A certificate"}
TYPE: Final = "authentication.type"
OAUTH: Final = (TYPE, ("oauth2",))

FIELDS: Final = (
    Field("name", "Name", required=True, placeholder="Orders"),
    Field("url", "Address", required=True, placeholder="https://example.com/hooks"),
    Field(
        "events",
        "Events",
        "names",
        required=True,
        placeholder="contact.*\ndeal.created",
        help="One type or pattern on each line; a star is all.",
        source="/event-types",
        source_keys=("name", "name"),
    ),
    Field("description", "Description"),
    Field(
        "filter",
        "Filter",
        "json",
        part=MESSAGE,
        placeholder='{"record.stage": "won"}',
        help="Only events that fit are sent: conditions on their data, with the operators of lists; several must all hold.",
    ),
    Field("format", "Format", "choice", required=True, part=MESSAGE, choices=FORMATS, default="json"),
    Field(
        "template.body",
        "Template",
        "area",
        required=True,
        part=MESSAGE,
        only=("format", ("template",)),
        placeholder='{"email": {{ data.record.email | tojson }}}',
    ),
    Field("template.content_type", "Media type", part=MESSAGE, only=("format", ("template",)), placeholder="application/json"),
    Field("headers", "Headers", "pairs", part=MESSAGE, placeholder="X-Team: billing", help="A value of stars stays as it is."),
    Field("retry_schedule", "Retry schedule in seconds", "numbers", part=PACE, placeholder="0, 30, 300, 1800", help="Empty: the appliance's own."),
    Field("timeout_seconds", "Time limit in seconds", "number", part=PACE, placeholder="15", help="1 to 30; empty: the appliance's own."),
    Field("rate_limit.requests", "Rate limit, in requests", "number", part=PACE, placeholder="100", help="What is more waits; nothing is dropped."),
    Field("rate_limit.period", "Per", "choice", required=True, part=PACE, only=("rate_limit.requests", ()), choices=PERIODS, default="second"),
    Field("concurrency", "Concurrent requests, at most", "number", part=PACE, placeholder="10"),
    Field("ordering.policy", "Ordering", "choice", part=PACE, choices=POLICIES, help="None: each delivery goes as soon as it can."),
    Field("ordering.key", "Ordering key", "choice", required=True, part=PACE, only=("ordering.policy", ()), choices=KEYS, default="id"),
    Field("ordering.after_hours", "Given up after hours", "number", part=PACE, only=("ordering.policy", ()), placeholder="24"),
    Field("delivery_mode", "Delivery guarantee", "choice", required=True, part=PACE, choices=PROMISES, default="at_least_once"),
    Field(TYPE, "Authentication", "choice", part=SIGNING, choices=WAYS),
    Field("authentication.username", "User name", required=True, part=SIGNING, only=(TYPE, ("basic",))),
    Field("authentication.password", "Password", "password", required=True, part=SIGNING, only=(TYPE, ("basic",))),
    Field("authentication.token", "Token", "password", required=True, part=SIGNING, only=(TYPE, ("bearer",))),
    Field("authentication.token_url", "Token address", required=True, part=SIGNING, only=OAUTH, placeholder="https://example.com/oauth/token"),
    Field("authentication.client_id", "Client id", required=True, part=SIGNING, only=OAUTH),
    Field("authentication.client_secret", "Client secret", "password", required=True, part=SIGNING, only=OAUTH),
    Field("authentication.scope", "Scope", part=SIGNING, only=OAUTH),
    Field("authentication.audience", "Audience", part=SIGNING, only=OAUTH),
    Field(
        "authentication.client_authentication",
        "Client is named in",
        "choice",
        required=True,
        part=SIGNING,
        only=OAUTH,
        choices={"header": "the header", "body": "the body"},
        default="header",
    ),
    Field("authentication.certificate", "Certificate in PEM", "area", required=True, part=SIGNING, only=(TYPE, ("mtls",))),
    Field("authentication.private_key", "Private key in PEM", "area", required=True, part=SIGNING, only=(TYPE, ("mtls",))),
    Field("signatures", "Signatures", "many", part=SIGNING, choices=SIGNATURES, default=["v1"], help="HMAC is always among them."),
    Field("egress_proxy.url", "HTTP proxy", part=NETWORK, placeholder="http://proxy.example.com:3128"),
    Field("egress_proxy.username", "User name", part=NETWORK, only=("egress_proxy.url", ())),
    Field("egress_proxy.password", "Password", "password", part=NETWORK, only=("egress_proxy.url", ())),
)
NEW: Final = (
    *FIELDS,
    Field("secret", "Secret", "password", part=SIGNING, help="Empty: one is made, and shown once."),
    Field("active", "Active", "switch", default=True, placeholder="Active from the beginning"),
)
