"""Branding: the name, colours, logo and links that a white-label partner puts on console, portal and mails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.services import events, tenants
from server.store import database, marks

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.system.settings import Settings

MARK: Final = "branding"
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$"), Field(examples=["#1f6feb"])]
Link = Annotated[str, StringConstraints(max_length=2048, pattern=r"^(https?://|mailto:)\S+$")]
_LinkName = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class Colours(BaseModel):
    """The colours of console, portal and mails, as #rrggbb."""

    model_config = ConfigDict(extra="forbid")

    primary: Colour = "#1f6feb"
    on_primary: Colour = "#ffffff"
    accent: Colour = "#0f766e"


class Branding(BaseModel):
    """What a partner may put on the appliance. Without a `name` the setting `branding.name` is shown."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    colours: Colours = Colours()
    logo_url: Link | None = None
    links: Annotated[dict[_LinkName, Link], Field(max_length=20, examples=[{"Support": "https://example.com/support"}])] = {}


class BrandingView(Branding):
    """The branding in force."""

    object: str
    name: str


def current(settings: Settings) -> dict[str, Any]:
    """Return the branding in force, for whatever shows it."""
    stored = marks.find(MARK)
    found = Branding() if stored is None else Branding.model_validate(orjson.loads(stored))
    return {"object": "branding", **found.model_dump(), "name": found.name or settings.branding.name}


def get(actor: Actor, settings: Settings) -> dict[str, Any]:
    """Return the branding in force."""
    tenants.require_operator(actor)
    return current(settings)


def put(actor: Actor, body: Branding, settings: Settings) -> dict[str, Any]:
    """Replace the branding; the next page and mail show it."""
    tenants.require_operator(actor)
    with database.transaction():
        before = current(settings)
        marks.put(MARK, orjson.dumps(body.model_dump()).decode())
        after = current(settings)
        changes = {name: [before[name], value] for name, value in after.items() if before[name] != value}
        events.record_audit(actor, "branding.updated", "branding", changes)
    return after
