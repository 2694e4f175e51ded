"""The settings in force, as operators see them: secrets masked, and where each came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel

from server.services.tenants import require_operator

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.system.settings import Settings


class SettingView(BaseModel):
    """One setting: `source` is default, file, environment or the command line."""

    object: str
    name: str
    value: str
    source: str
    help: str


def list_all(actor: Actor, settings: Settings) -> list[dict[str, str]]:
    """Return every setting in the order of the sample file."""
    require_operator(actor)
    return [{"object": "setting", "name": row.name, "value": row.value, "source": row.source, "help": row.help} for row in settings.describe()]
