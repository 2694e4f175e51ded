"""API keys and OAuth clients of a tenant; a key or client secret is shown once, when it is made."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from app.models.columns import ALL, Column
from app.pages import tiers
from app.pages.sandbox import Sandbox
from app.pages.signing import PASSWORDS, SIGNING_KEYS
from app.pages.specs import Action, Count, Custom, Danger, ListView, PageSpec, removal
from app.widgets.fields import Field

RESOURCES: Final = (
    *("contacts", "companies", "deals", "activities", "products", "orders", "invoices", "payments", "documents", "objects"),
    *("webhooks", "events", "integrations", "email", "imports", "exports", "keys", "users", "logs", "audit"),
)
SCOPES: Final = ("*", *(f"{resource}:{verb}" for resource in RESOURCES for verb in ("read", "write")), "encrypted:read")

NAME: Final = Field("name", "Name", required=True, placeholder="Web shop")
SCOPE: Final = Field(
    "scopes", "What it may do", "many", required=True, choices=SCOPES, help="The star is everything that the role of its owner allows."
)
TEST: Final = Field("test", "Sandbox", "switch", placeholder="For the sandbox: it sees and changes test rows only")
ADDRESSES: Final = Field(
    "allowed_addresses", "Addresses it may be used from", "lines", placeholder="203.0.113.0/24", help="One on each line; none is any."
)
OWNER: Final = Field("user_id", "Acts for", "pick", help="Its role limits the key, and the key ends with the account.")
VERSION: Final = Field(
    "api_version", "API version", "choice", source="/versions", source_keys=("version", "version"), help="None: the newest when it is made."
)
LIMITS: Final = Field("limits", "Limits", "rows", fields=tiers.LIMIT, help="Besides those of the tenant's tier; no endpoints are all of them.")
NEEDED_VERSION: Final = replace(VERSION, required=True, help="")
MORE: Final = "Owner, limits and version"
OVERLAP: Final = Field("overlap_seconds", "Seconds that the old one still works", "number", default=86400)

KEYS: Final = ListView(
    label="API keys",
    path="/keys",
    object="key",
    columns=(
        Column("name", "Name", 200),
        Column("hint", "Key", 190, "code"),
        Column("mode", "Mode", 80, "badge"),
        Column("scopes", "Scopes", 220, "list", words=ALL),
        Column("last_used_at", "Last used", 130, "time", void="never"),
        Column("expires_at", "Expires", 130, "time", void="never"),
        Column("created_at", "Created", 130, "time"),
    ),
    facts=(
        Column("hint", "Key", kind="code"),
        Column("mode", "Mode", kind="badge"),
        Column("scopes", "Scopes", kind="list", words=ALL),
        Column("user_id", "Acts for", kind="code"),
        Column("allowed_addresses", "Addresses", kind="list", void="from anywhere"),
        Column("limits", "Limits", kind="limits"),
        Column("api_version", "API version"),
        Column("last_used_at", "Last used", kind="time", void="never"),
        Column("expires_at", "Expires", kind="time", void="never"),
        Column("created_at", "Created", kind="time"),
    ),
    empty="No key yet. A key lets a program use this tenant's API.",
    create=Action(
        "create",
        "New API key",
        "/keys",
        icon="plus",
        fields=(
            NAME,
            SCOPE,
            TEST,
            Field("expires_at", "Expires", "time", placeholder="2027-01-31 00:00", help="Empty: never."),
            *(replace(field, part=MORE) for field in (OWNER, ADDRESSES, LIMITS, VERSION)),
        ),
        done="API key created",
        secret="key",  # noqa: S106 - the name of a field
    ),
    actions=(
        Action(
            "rotate",
            "Rotate",
            "/keys/{id}/rotate",
            icon="refresh",
            fields=(OVERLAP,),
            about="A new key takes its place; the old one works until the overlap is over.",
            done="API key rotated",
            secret="key",  # noqa: S106 - the name of a field
        ),
        Action("edit", "Edit", "/keys/{id}", "PATCH", "edit", fields=(NAME, LIMITS, NEEDED_VERSION), edits=True, done="API key changed"),
        Action(
            "revoke",
            "Revoke",
            "/keys/{id}",
            "DELETE",
            "ban",
            done="API key revoked",
            bulk=True,
            danger=Danger(
                "Every program that uses this key is refused from then on. It cannot be brought back.",
                (Count("requests kept in the log", "/logs?actor_id={id}"),),
            ),
        ),
    ),
)

GRANTS: Final = {
    "authorization_code": "A person consents in the browser",
    "refresh_token": "It goes on without the person",
    "client_credentials": "It acts by itself",
    "password": "It sends the person's password (old programs only)",
}
METHODS: Final = {
    "client_secret_basic": "Its secret, in the header",
    "client_secret_post": "Its secret, in the body",
    "none": "Nothing: it runs where people could read a secret",
    "tls_client_auth": "A certificate of an authority",
    "self_signed_tls_client_auth": "A certificate of its own",
}
TOKENS: Final = {"opaque": "Opaque", "jwt": "JWT"}
BY_CERTIFICATE: Final = ("auth_method", ("tls_client_auth",))
TRUST: Final = "Authentication and tokens"
REDIRECTS: Final = Field("redirect_uris", "Redirect addresses", "lines", placeholder="https://shop.example.com/callback", help="One on each line.")
BOUND: Final = Field(
    "tls_client_certificate_bound_access_tokens", "Bound tokens", "switch", part=TRUST, placeholder="Good only beside the client's certificate"
)
FORMAT: Final = Field("token_format", "Tokens", "choice", required=True, choices=TOKENS, default="opaque")


OPEN: Final = Field("open", "Self-registration", "switch", placeholder="Programs may register themselves without a token")


def registration(_row: dict[str, Any], found: dict[str, Any]) -> tuple[Field, ...]:
    """Return what asks whether programs may register themselves, as it is now."""
    return (replace(OPEN, default=found["open"]),)


CLIENTS: Final = ListView(
    label="OAuth clients",
    path="/clients",
    object="cli",
    columns=(
        Column("name", "Name", 200),
        Column("client_id", "Client id", 230, "code"),
        Column("mode", "Mode", 80, "badge"),
        Column("grant_types", "Grants", 200, "list", words=GRANTS),
        Column("scopes", "Scopes", 200, "list", words=ALL),
        Column("last_used_at", "Last used", 130, "time", void="never"),
    ),
    facts=(
        Column("client_id", "Client id", kind="code"),
        Column("mode", "Mode", kind="badge"),
        Column("origin", "Registered by"),
        Column("grant_types", "Grants", kind="list", words=GRANTS),
        Column("scopes", "Scopes", kind="list", words=ALL),
        Column("redirect_uris", "Redirect addresses", kind="list"),
        Column("auth_method", "Authenticates by", words=METHODS),
        Column("token_format", "Tokens", words=TOKENS),
        Column("user_id", "Acts for", kind="code"),
        Column("api_version", "API version"),
        Column("last_used_at", "Last used", kind="time", void="never"),
        Column("created_at", "Created", kind="time"),
    ),
    also=(
        Action(
            "registration",
            "Self-registration…",
            "/client-registration",
            "PUT",
            "settings",
            form=registration,
            reads="/client-registration",
            about="A program that registers itself still needs a person's consent before it reaches anything.",
            done="Self-registration changed",
        ),
        Action(
            "token",
            "Registration token",
            "/client-registration/tokens",
            icon="key",
            done="Token made: a program registers itself with it",
            secret="token",  # noqa: S106 - the name of a field
        ),
    ),
    empty="No OAuth client yet. A client lets another product act for this tenant's users.",
    create=Action(
        "create",
        "New OAuth client",
        "/clients",
        icon="plus",
        fields=(
            NAME,
            Field("grant_types", "Grants", "many", required=True, choices=GRANTS),
            SCOPE,
            REDIRECTS,
            TEST,
            Field("auth_method", "Authenticates by", "choice", required=True, choices=METHODS, default="client_secret_basic", part=TRUST),
            Field("certificates", "Certificates in PEM", "certificates", part=TRUST, only=("auth_method", ("self_signed_tls_client_auth",))),
            Field("tls_client_auth_subject_dn", "Subject of the certificate", part=TRUST, only=BY_CERTIFICATE, placeholder="CN=shop.example.com"),
            Field("tls_client_auth_san_dns", "Host name in the certificate", part=TRUST, only=BY_CERTIFICATE, placeholder="shop.example.com"),
            BOUND,
            replace(FORMAT, part=TRUST),
            replace(OWNER, part=TRUST),
            replace(VERSION, part=TRUST),
        ),
        done="OAuth client created",
        secret="client_secret",  # noqa: S106 - the name of a field
    ),
    actions=(
        Action(
            "rotate",
            "Rotate secret",
            "/clients/{id}/rotate-secret",
            icon="refresh",
            fields=(OVERLAP,),
            done="Secret rotated",
            secret="client_secret",  # noqa: S106 - the name of a field
        ),
        Action(
            "edit",
            "Edit",
            "/clients/{id}",
            "PATCH",
            "edit",
            fields=(NAME, SCOPE, REDIRECTS, FORMAT, NEEDED_VERSION),
            edits=True,
            done="OAuth client changed",
        ),
        removal(
            "/clients/{id}",
            "OAuth client removed",
            Danger(
                "All its tokens end, and whoever signed in through it has to do so again elsewhere.",
                (Count("requests kept in the log", "/logs?actor_id={client_id}"),),
            ),
        ),
    ),
)

PAGE: Final = PageSpec(
    "keys",
    "Keys and clients",
    "key",
    "Access",
    "What programs use to reach this tenant's API.",
    (KEYS, CLIENTS, PASSWORDS, SIGNING_KEYS, Custom("Sandbox", Sandbox, inside=True)),
)
