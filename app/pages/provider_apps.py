"""The OAuth apps that vendors know a tenant by: what to enter at the vendor, and what the vendor gives for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from app.models.columns import Column
from app.pages.specs import Action, Count, Danger, Document, Filter, ListView, removal
from app.widgets.fields import Field

ONE: Final = "/provider-apps/{provider}"
PROVIDER_APPS: Final = ListView(
    label="OAuth apps",
    path="/provider-apps",
    name="title",
    columns=(
        Column("title", "Provider", 180),
        Column("source", "From", 110, "badge"),
        Column("client_id", "Client id", 220, "code"),
        Column("has_secret", "Secret is kept", 110, "switch"),
        Column("redirect_uri", "Redirect addresses", 320, "code"),
    ),
    facts=(
        Column("source", "From", kind="badge"),
        Column("client_id", "Client id", kind="code"),
        Column("has_secret", "Secret is kept", kind="switch"),
        Column("redirect_uri", "Redirect addresses", kind="code"),
        Column("webhook_url", "Address for webhooks", kind="code"),
        Column("has_webhook_secret", "Webhook's secret is kept", kind="switch"),
        Column("scopes", "Scopes", kind="list"),
        Column("console_url", "Made at the vendor", kind="code"),
        Column("updated_at", "Changed", kind="time"),
    ),
    tabs=(Document("Everything"),),
    filters=(Filter("search", "Search", held=True),),
    empty="No connector in the catalogue signs in by OAuth.",
    actions=(
        Action(
            "edit",
            "Edit",
            ONE,
            "PUT",
            "edit",
            fields=(
                Field("client_id", "Client id", "code", required=True),
                Field("client_secret", "Client secret", "password", secret=True),
                Field("webhook_secret", "Signing secret of the app's webhook", "password", secret=True),
                Field("options", "Options", "pairs", placeholder="tenant: common"),
            ),
            about="Make an app at the vendor with the redirect address and the scopes that are shown, and enter what the vendor gives.",
            done="OAuth app kept",
        ),
        removal(
            ONE,
            "OAuth app removed",
            Danger("Whoever consented through it has to consent again.", (Count("installations", "/installations"),), typed="provider"),
            when=lambda row: bool(row["id"]),
        ),
    ),
)
# The same for every tenant that brings no app of its own.
APPLIANCE: Final = "/admin/v1/provider-apps/{provider}"
OPERATOR_APPS: Final = replace(
    PROVIDER_APPS,
    path="/admin/v1/provider-apps",
    actions=(
        replace(PROVIDER_APPS.actions[0], path=APPLIANCE),
        removal(
            APPLIANCE,
            "OAuth app removed",
            Danger(
                "Tenants without an app of their own can consent no more; whoever consented through it has to do so again.",
                (Count("tenants on this appliance", "/admin/v1/tenants"),),
                typed="provider",
            ),
            when=lambda row: bool(row["id"]),
        ),
    ),
)
