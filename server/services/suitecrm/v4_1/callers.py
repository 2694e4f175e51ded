"""Who calls a method, and the module that a call is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from server.domain.errors import Invalid
from server.services.suitecrm import translate
from server.services.suitecrm.v4_1.faults import NO_MODULE, Refused

if TYPE_CHECKING:
    from server.domain.actor import Actor
    from server.services.suitecrm.declaration import Module


Given = dict[str, Any]
"""The arguments of a call by name, each in its form."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller of one method; `session` is the text of the session that proved it, empty for methods that need none."""

    actor: Actor
    session: str = ""
    tier: str | None = None


def module_of(name: str) -> Module:
    """Return a module by its name. Raises Refused with fault 20."""
    try:
        return translate.module_of(name)
    except Invalid:
        raise Refused(NO_MODULE) from None
