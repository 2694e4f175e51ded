"""`junction demo`: the demo tenant, for a first look and for the console's own pictures."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from server.main.banner import demo_lines
from server.main.lifeline import Lifeline
from server.services import demo as demonstration

if TYPE_CHECKING:
    from server.main.invocation import Invocation


def demo(call: Invocation) -> None:
    """Make the demo tenant and its keys, then fill it; done before, both are left as they are."""
    call.open()
    found = demonstration.open_tenant(call.settings.limits.default_tier)
    if call.child:
        # The keys are told at once; the records follow within a second or two.
        Lifeline().report("demo", **asdict(found))
    written = demonstration.fill(found.id)
    if not call.child:
        call.answer({**asdict(found), "written": written}, demo_lines(asdict(found), call.settings.server.public_url))
