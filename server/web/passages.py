"""What is known of one request on its way through the pipeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from server.domain.actor import Actor

if TYPE_CHECKING:
    from aiohttp.web import BaseRequest

    from server.domain.versions import Version
    from server.services.credentials import Credential
    from server.services.limits import Verdict
    from server.web.calls import Call
    from server.web.routes import Route

NOBODY: Final = Actor("anonymous", "", "", "live", frozenset(), "viewer")


@dataclass(slots=True)
class Passage:
    """One request so far; `own_id` names it in our log, `request_id` may be the caller's; `started` is in nanoseconds.

    `version` is None for one that is served in the current version.
    """

    request: BaseRequest
    own_id: str
    request_id: str
    started: int
    path: str
    address: str = ""
    route: Route | None = None
    credential: Credential | None = None
    actor: Actor = NOBODY
    verdict: Verdict | None = None
    received: int = 0
    code: str | None = None
    version: Version | None = None
    call: Call | None = None
