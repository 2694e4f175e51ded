"""Rate-limit tiers: how many requests a tenant may make; a change holds within a second."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from app.models.columns import Column
from app.pages.specs import Action, Count, Danger, Document, ListView, PageSpec, removal
from app.widgets.fields import Field

PERIODS: Final = {name: name for name in ("second", "minute", "hour", "day")}
SCOPES: Final = {"tenant": "The whole tenant", "key": "Each key by itself", "user": "Each user by itself"}
ENDPOINTS: Final = Field("endpoints", "Endpoints", "commas", placeholder="POST /exports, GET /contacts*")
LIMIT: Final = (
    Field("requests", "Requests", "number", required=True, placeholder="100"),
    Field("period", "Per", "choice", required=True, choices=PERIODS, default="second"),
    ENDPOINTS,
)
COST: Final = (replace(ENDPOINTS, required=True), Field("units", "Requests", "number", required=True, placeholder="10"))
LIMITS: Final = Field(
    "limits",
    "Limits",
    "rows",
    required=True,
    default=[{"requests": 100, "period": "second"}],
    fields=(*LIMIT, Field("per", "Counted for", "choice", required=True, choices=SCOPES, default="tenant")),
    help="No endpoints are all of them; no limit at all is unlimited.",
)
COSTS: Final = Field("costs", "Costs", "rows", fields=COST, help="Endpoints that count more than once.")
PRICE: Final = (Field("price.amount", "Price a month", placeholder="49.00"), Field("price.currency", "Currency", placeholder="EUR"))

TIERS: Final = ListView(
    label="Tiers",
    path="/admin/v1/tiers",
    columns=(
        Column("name", "Name", 200),
        Column("limits", "Limits", 360, "limits", void="unlimited"),
        Column("price", "Price", 120, "money"),
        Column("updated_at", "Changed", 140, "time"),
    ),
    tabs=(Document("Limits", "limits"), Document("Everything")),
    empty="No tier yet.",
    create=Action(
        "create",
        "New tier",
        "/admin/v1/tiers/{new_name}",
        "PUT",
        "plus",
        fields=(Field("new_name", "Name", required=True, placeholder="gold"), LIMITS, COSTS, *PRICE),
        done="Tier created",
    ),
    actions=(
        Action("edit", "Edit", "/admin/v1/tiers/{name}", "PUT", "edit", fields=(LIMITS, COSTS, *PRICE), edits=True, done="Tier changed"),
        removal(
            "/admin/v1/tiers/{name}",
            "Tier removed",
            Danger("Only a tier that nobody is on can be removed.", (Count("tenants on this appliance", "/admin/v1/tenants"),)),
        ),
    ),
)

PAGE: Final = PageSpec(
    "tiers", "Rate-limit tiers", "gauge", "Access", "How much each tenant may ask of the API; a change holds within a second.", (TIERS,)
)
