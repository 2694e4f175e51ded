"""Trials: a template sent to somebody who is to look at it, as a message like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from server.services.email import messages, templates
from server.services.email.messages import Address, NewMessage

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.system.settings_table import Email


class TemplateTrial(BaseModel):
    """Who gets a template to look at, from which address, and the data that fills it: its sample where there is none."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    sender: Annotated[Address, Field(alias="from")]
    to: Address
    data: dict[str, Any] | None = None


def send_trial(actor: Actor, template_id: str, body: TemplateTrial, limits: Email) -> dict[str, Any]:
    """Send a template to somebody who is to look at it, filled with data or with its sample. Raises as `create`, and Missing."""
    data = templates.get(actor, template_id)["sample"] if body.data is None else body.data
    wanted = {"from": body.sender, "to": body.to, "template": template_id, "data": data, "metadata": {"trial": "true"}}
    return messages.create(actor, NewMessage.model_validate(wanted), limits)
