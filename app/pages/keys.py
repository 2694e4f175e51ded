"""API keys and OAuth clients of a tenant; a key or client secret is shown once, when it is made."""

from __future__ import annotations

from typing import Final

from app.models.columns import Column
from app.pages.specs import Action, Count, Danger, ListView, PageSpec, removal
from app.widgets.fields import Field

RESOURCES: Final = (
    *("contacts", "companies", "deals", "activities", "products", "orders", "invoices", "payments", "documents", "objects"),
    *("webhooks", "events", "integrations", "email", "imports", "exports", "keys", "users", "logs", "audit"),
)
SCOPES: Final = ("*", *(f"{resource}:{verb}" for resource in RESOURCES for verb in ("read", "write")))

NAME: Final = Field("name", "Name", required=True, placeholder="Web shop")
SCOPE: Final = Field(
    "scopes", "What it may do", "many", required=True, choices=SCOPES, help="The star is everything that the role of its owner allows."
)
TEST: Final = Field("test", "Sandbox", "switch", placeholder="For the sandbox: it sees and changes test rows only")
ADDRESSES: Final = Field(
    "allowed_addresses", "Addresses it may be used from", "lines", placeholder="203.0.113.0/24", help="One on each line; none is any."
)
OVERLAP: Final = Field("overlap_seconds", "Seconds that the old one still works", "number", default=86400)

KEYS: Final = ListView(
    label="API keys",
    path="/keys",
    object="key",
    columns=(
        Column("name", "Name", 200),
        Column("hint", "Key", 190, "code"),
        Column("mode", "Mode", 80, "badge"),
        Column("scopes", "Scopes", 220, "list"),
        Column("last_used_at", "Last used", 130, "time"),
        Column("expires_at", "Expires", 130, "time"),
        Column("created_at", "Created", 130, "time"),
    ),
    facts=(
        Column("hint", "Key", kind="code"),
        Column("mode", "Mode", kind="badge"),
        Column("scopes", "Scopes", kind="list"),
        Column("user_id", "Acts for", kind="code"),
        Column("allowed_addresses", "Addresses", kind="list"),
        Column("limits", "Limits", kind="limits"),
        Column("api_version", "API version"),
        Column("last_used_at", "Last used", kind="time"),
        Column("expires_at", "Expires", kind="time"),
        Column("created_at", "Created", kind="time"),
    ),
    empty="No key yet. A key lets a program use this tenant's API.",
    create=Action(
        "create",
        "New API key",
        "/keys",
        icon="plus",
        fields=(NAME, SCOPE, TEST, ADDRESSES, Field("expires_at", "Expires", placeholder="2027-01-31T00:00:00Z", help="Empty: never.")),
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
        Action("edit", "Edit", "/keys/{id}", "PATCH", "edit", fields=(NAME,), edits=True, done="API key changed"),
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

CLIENTS: Final = ListView(
    label="OAuth clients",
    path="/clients",
    object="cli",
    columns=(
        Column("name", "Name", 200),
        Column("client_id", "Client id", 230, "code"),
        Column("mode", "Mode", 80, "badge"),
        Column("grant_types", "Grants", 200, "list"),
        Column("scopes", "Scopes", 200, "list"),
        Column("last_used_at", "Last used", 130, "time"),
    ),
    facts=(
        Column("client_id", "Client id", kind="code"),
        Column("mode", "Mode", kind="badge"),
        Column("origin", "Registered by"),
        Column("grant_types", "Grants", kind="list"),
        Column("scopes", "Scopes", kind="list"),
        Column("redirect_uris", "Redirect addresses", kind="list"),
        Column("auth_method", "Authenticates by"),
        Column("token_format", "Tokens"),
        Column("last_used_at", "Last used", kind="time"),
        Column("created_at", "Created", kind="time"),
    ),
    empty="No OAuth client yet. A client lets another product act for this tenant's users.",
    create=Action(
        "create",
        "New OAuth client",
        "/clients",
        icon="plus",
        fields=(
            NAME,
            Field("grant_types", "Grants", "many", required=True, choices=("authorization_code", "refresh_token", "client_credentials")),
            SCOPE,
            Field("redirect_uris", "Redirect addresses", "lines", placeholder="https://shop.example.com/callback"),
            TEST,
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

PAGE: Final = PageSpec("keys", "Keys and clients", "key", "Access", "What programs use to reach this tenant's API.", (KEYS, CLIENTS))
