"""`junction serve` and its two halves, `api` and `worker`. Only a half imports what it runs; the parent stays small."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING, Any, Final

from server.main import banner, doorway
from server.main.lifeline import Lifeline
from server.main.parent import Parent, lead_group

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.main.invocation import Invocation
    from server.system.settings import Settings

OPERATOR: Final = "operator@localhost"


def serve(call: Invocation) -> int:
    """Start everything and keep it running until SIGTERM."""
    listener = doorway.listen(call.settings)
    settings = call.listening_on(doorway.address_of(listener))
    if os.name != "posix":
        listener.close()  # Windows hands no sockets down: there the one api process opens the address itself.
    lead_group()
    options = ["--data", str(settings.data), "--listen", settings.server.listen]
    parent = Parent(
        listener if os.name == "posix" else None,
        options,
        api_processes=settings.server.api_processes if os.name == "posix" else 1,
        worker_options=["--worker-threads", str(settings.worker.threads)],
        drain_seconds=settings.server.drain_seconds,
        email=OPERATOR,
        mourn=lambda name, code, delay: _log_death(settings, name, code, delay),
    )

    def greet(reports: Mapping[str, Any]) -> None:
        answer = {"url": settings.server.public_url, "data": str(settings.data), "pid": os.getpid(), **reports}
        call.answer(answer, banner.ready_lines(settings, settings.server.public_url, reports))

    return parent.run(greet, demo=call.demo)


def _log_death(settings: Settings, name: str, code: int, delay: float) -> None:
    from server.system import logs  # a quarter of a second that a start need not pay

    logs.configure(settings.logging.level, settings.logging.format)
    logs.get_logger().error("process_died", process=name, exit_code=code, starts_again_in_seconds=delay)


def api(call: Invocation) -> None:
    """Answer HTTP until SIGTERM."""
    gc.disable()  # what a start makes lasts: to look through it again and again takes a quarter of the start
    lifeline = Lifeline() if call.child else None
    listener = doorway.listen(call.settings) if call.socket is None else doorway.adopt(call.socket)
    if lifeline and call.prepare:
        from server.main.preparation import prepare

        # Before the web is loaded: the other processes start as soon as this is told.
        lifeline.report("prepared", **prepare(call.settings, call.prepare).report())
    else:
        call.open(behind=True)
    from server.main import api as process

    process.run(call.settings, listener, lifeline)


def worker(call: Invocation) -> None:
    """Deliver and work off jobs until SIGTERM."""
    gc.disable()
    lifeline = Lifeline() if call.child else None
    call.open()
    from server.main import worker as process

    process.run(call.settings, lifeline)
