"""The event loop of a process: uvloop where there is one."""

from __future__ import annotations

import asyncio
import importlib.util


def new_loop_runner() -> asyncio.Runner:
    """Return a runner with the fastest loop this system has."""
    if importlib.util.find_spec("uvloop") is None:
        return asyncio.Runner()
    import uvloop

    return asyncio.Runner(loop_factory=uvloop.new_event_loop)
