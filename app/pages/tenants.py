"""Tenants: the companies that this appliance serves."""

from __future__ import annotations

from typing import Final

from app.models.columns import Column
from app.pages.context import Context
from app.pages.specs import Action, Count, Danger, Document, Filter, ListView, PageSpec, Row, Tab
from app.system.languages import tr
from app.widgets.fields import Field

NAME: Final = Field("name", "Name", required=True, placeholder="Example Engines")
FIELDS: Final = (
    NAME,
    Field("tier", "Rate-limit tier", "choice", source="/admin/v1/tiers", source_keys=("name", "name")),
    Field("timezone", "Time zone", placeholder="Europe/Berlin"),
    Field("language", "Language", placeholder="en"),
    Field("currency", "Currency", placeholder="EUR"),
    Field("require_if_match", "Versions", "switch", placeholder="Change a record only by its version (If-Match)"),
)
HITS: Final = (
    Count("API keys", "/admin/v1/tenants/{id}/keys"),
    Count("users", "/admin/v1/users?tenant={id}"),
    Count("webhooks", "/admin/v1/tenants/{id}/webhooks"),
)

PATH: Final = "/admin/v1/tenants"
ONE: Final = "/admin/v1/tenants/{id}"


def enter(context: Context, row: Row) -> None:
    """Go into a tenant."""
    context.enter(str(row["id"]))
    context.toasts.say(tr("You work in {name} now.", name=row["name"]))


TENANTS: Final = ListView(
    label="Tenants",
    path=PATH,
    object="ten",
    columns=(
        Column("name", "Name", 240),
        Column("status", "State", 110, "badge"),
        Column("tier", "Tier", 130),
        Column("timezone", "Time zone", 150),
        Column("currency", "Currency", 90),
        Column("created_at", "Created", 140, "time"),
    ),
    filters=(Filter("search", "Search"),),
    facts=(
        Column("status", "State", kind="badge"),
        Column("tier", "Tier"),
        Column("timezone", "Time zone"),
        Column("language", "Language"),
        Column("currency", "Currency"),
        Column("require_if_match", "If-Match", kind="switch"),
        Column("created_at", "Created", kind="time"),
        Column("updated_at", "Changed", kind="time"),
    ),
    tabs=(
        Tab(
            "Users",
            "/admin/v1/users?tenant={id}",
            (Column("email", "E-mail", 230), Column("role", "Role", 90, "badge"), Column("status", "State", 90, "badge")),
        ),
        Tab(
            "Limits",
            "/admin/v1/tenants/{id}/usage/quotas",
            (Column("name", "Period", 120), Column("used", "Used", 90, "number"), Column("requests", "Of", 90, "number")),
        ),
        Document("Everything"),
    ),
    empty="No tenant yet. A tenant is a company with its own records, keys and webhooks.",
    create=Action("create", "New tenant", PATH, icon="plus", fields=FIELDS, done="Tenant created"),
    actions=(
        Action("enter", "Work in this tenant", ONE, "GET", "building", goes=enter),
        Action("edit", "Edit", ONE, "PATCH", "edit", fields=FIELDS, edits=True, done="Tenant changed"),
        Action(
            "suspend",
            "Suspend",
            "/admin/v1/tenants/{id}/suspend",
            icon="pause",
            done="Tenant suspended",
            undo="/admin/v1/tenants/{id}/resume",
            danger=Danger("Every request of this tenant is refused until it is let in again. Nothing is lost.", HITS),
            when=lambda row: row["status"] == "active",
        ),
        Action(
            "resume",
            "Let in again",
            "/admin/v1/tenants/{id}/resume",
            icon="play",
            done="Tenant let in again",
            when=lambda row: row["status"] != "active",
        ),
        Action("export", "Export everything", "/admin/v1/tenants/{id}/export", "GET", "download", file="{name}.jsonl", done="Export kept"),
        Action(
            "delete",
            "Delete",
            ONE,
            "DELETE",
            "trash",
            query={"confirm": "{name}"},
            done="Tenant deleted",
            danger=Danger("The tenant and everything of it are deleted for good. Export it first if you are not sure.", HITS),
        ),
    ),
)

PAGE: Final = PageSpec("tenants", "Tenants", "building", "Access", "The companies that this appliance serves.", (TENANTS,))
