"""Short words for tests of methods: a caller, and the arguments of a call as the door binds them."""

from __future__ import annotations

from typing import Any

from server.domain.actor import Actor
from server.services.suitecrm.v4_1.arguments import bind
from server.services.suitecrm.v4_1.callers import Caller
from server.services.suitecrm.v4_1.methods import METHODS


def call(actor: Actor, method: str, *given: Any, session: str = "") -> Any:
    """Run a method with arguments by place, without the session in front."""
    found = METHODS[method]
    return found.run(Caller(actor, session), bind(found.arguments.split(), list(given)))


def made(actor: Actor, module: str, **fields: Any) -> str:
    """Create a record and return its id."""
    return str(call(actor, "set_entry", module, fields)["id"])
