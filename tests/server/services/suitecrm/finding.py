"""What tests of SuiteCRM's fields ask: which beans pass a comparison."""

from __future__ import annotations

from typing import Any

from server.domain.actor import Actor
from server.services.suitecrm import beans, translate
from server.services.suitecrm.beans import Reading
from server.services.suitecrm.modules import MODULES


def found(actor: Actor, module_name: str, name: str, operator: str, value: Any) -> set[str]:
    """Return the names of the beans that pass a test."""
    module = MODULES[module_name]
    where = translate.condition(actor, module, module.fields, name, operator, value)
    return {bean["name"] for bean in beans.window(actor, module, Reading(where, limit=50))[0]}
