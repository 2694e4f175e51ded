"""`junction openapi`: print what the API is, for generators of clients, or compare it with the last release."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from server.domain.errors import Conflict, Unprocessable
from server.web import table
from server.web.openapi import comparison, document

if TYPE_CHECKING:
    from server.main.invocation import Invocation


def describe(call: Invocation) -> int:
    """Print the OpenAPI 3.1 document; it needs no appliance. Raises Conflict when it breaks clients of the one it is compared with."""
    if call.against:
        return _compare(call)
    sys.stdout.write(document.render(table.build().routes, indented=True).decode())
    return 0


def _compare(call: Invocation) -> int:
    found = comparison.narrowings(_read(call.against), document.build(table.build().routes))
    call.answer([one._asdict() for one in found], [str(one) for one in found] or ["Nothing is gone or narrower."])
    if found:
        count = "one thing" if len(found) == 1 else f"{len(found)} things"
        raise Conflict(f"This breaks clients of {call.against} in {count}. Keep what was there, or make a new version.", code="breaks_clients")
    return 0


def _read(path: str) -> dict[str, Any]:
    try:
        found = json.loads(Path(path).read_text("utf-8"))
    except ValueError as error:
        raise Unprocessable(f"{path} is no JSON: {error}.") from error
    if not isinstance(found, dict) or "paths" not in found:
        raise Unprocessable(f"{path} is no OpenAPI document.")
    return found
