"""The process that delivers and works off jobs."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

from server.main.loops import new_loop_runner
from server.outbound.posting import Poster
from server.services import wakes
from server.services.dispatch import Desk
from server.worker import jobs
from server.worker.deliveries import DeliveryLoop
from server.worker.jobs import JobRunner
from server.worker.queue import Queue

if TYPE_CHECKING:
    from server.system.settings import Settings


def run(settings: Settings) -> None:
    """Deliver and work until SIGTERM; then finish what is under way."""
    with new_loop_runner() as runner:
        runner.run(_work(settings))


async def _work(settings: Settings) -> None:
    lease_ms = settings.webhooks.lease_seconds * 1000
    loop = DeliveryLoop(
        Desk(lease_ms=lease_ms, schedule=settings.webhooks.retry_schedule),
        Poster(timeout_seconds=settings.outbound.timeout_seconds, egress_proxy=settings.outbound.egress_proxy),
        in_flight=settings.webhooks.in_flight_per_webhook,
        lease_ms=lease_ms,
        drain_seconds=settings.server.drain_seconds * 0.75,
    )
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, loop.stop)
    runner = JobRunner(jobs.FUNCTIONS, threads=settings.worker.threads, lease_ms=lease_ms)
    handlers = {"deliveries": loop.wake, "jobs": runner.wake}
    wakes.install(lambda kind: handlers[kind]())
    queue = Queue(settings.queue.url)
    queue.start(handlers)
    runner.start()
    try:
        await loop.run()
    finally:
        await asyncio.to_thread(runner.stop)
        await asyncio.to_thread(queue.stop)
