"""The loop and its end."""

from __future__ import annotations

import asyncio
import os
import signal

from server.main.loops import new_loop_runner, stop_on_signals


def test_the_loop_ends_at_sigterm() -> None:
    async def wait() -> bool:
        stop = asyncio.Event()
        stop_on_signals(stop.set)
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(stop.wait(), 5)
        return stop.is_set()

    with new_loop_runner() as runner:
        assert runner.run(wait())


def test_the_loop_is_the_fast_one_where_it_is_installed() -> None:
    async def name() -> str:
        return type(asyncio.get_running_loop()).__module__

    with new_loop_runner() as runner:
        assert runner.run(name()) in {"uvloop", "asyncio.unix_events"}
