"""The process that delivers and works off jobs."""

from __future__ import annotations

import asyncio
import gc
import sys
from typing import TYPE_CHECKING, Final

from server.main.loops import new_loop_runner, stop_on_signals
from server.outbound.posting import Poster
from server.services import components, wakes
from server.services.dispatch import Desk
from server.system import presence, snapshots
from server.worker import jobs
from server.worker.deliveries import DeliveryLoop
from server.worker.jobs import JobRunner
from server.worker.mail import MailSender
from server.worker.mailboxes import MailboxWatcher
from server.worker.queue import Queue
from server.worker.reactions import reactions
from server.worker.schedule import Schedule

if TYPE_CHECKING:
    from server.main.lifeline import Lifeline
    from server.system.settings import Settings

_COLLECT: Final = (20_000, 20, 100)
_TURN_SECONDS: Final = 0.0002
_FILES: Final = 16_384


def run(settings: Settings, lifeline: Lifeline | None = None) -> None:
    """Deliver and work until SIGTERM; then finish what is under way."""
    # What was loaded so far lives as long as the process: the collector need not look at it again, nor as often at what comes.
    gc.freeze()
    gc.set_threshold(*_COLLECT)
    gc.enable()
    # A thread that computes gives the loop its turn back sooner than after Python's default of 5 ms; so does the thread that writes.
    sys.setswitchinterval(_TURN_SECONDS)
    _allow_many_sockets()
    with new_loop_runner() as runner:
        runner.run(_work(settings, lifeline))


def _allow_many_sockets() -> None:
    """Raise the soft limit of open files, since each post under way is a socket; Windows has no such limit."""
    try:
        import resource
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(hard, _FILES)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


async def _work(settings: Settings, lifeline: Lifeline | None) -> None:
    told = asyncio.Event()
    stop_on_signals(told.set)
    if lifeline:
        events = asyncio.get_running_loop()
        lifeline.watch(lambda: events.call_soon_threadsafe(told.set))
    with presence.present(settings.folder.run), snapshots.shared(settings.folder.run):
        await _run_parts(settings, told)


async def _run_parts(settings: Settings, told: asyncio.Event) -> None:
    lease_ms = settings.webhooks.lease_seconds * 1000
    loop = DeliveryLoop(
        Desk(lease_ms=lease_ms, schedule=settings.webhooks.retry_schedule),
        Poster(timeout_seconds=settings.outbound.timeout_seconds, egress_proxy=settings.outbound.egress_proxy),
        in_flight=settings.webhooks.in_flight_per_webhook,
        lease_ms=lease_ms,
        drain_seconds=settings.server.drain_seconds * 0.75,
    )
    runners = [
        JobRunner(jobs.FUNCTIONS, threads=settings.worker.threads, lease_ms=lease_ms),
        JobRunner(jobs.SYNCS, threads=jobs.SYNC_THREADS, lease_ms=lease_ms, per_line=jobs.SYNCS_PER_VENDOR),
    ]
    schedule = Schedule(settings)
    sender = MailSender(settings)
    mailboxes = MailboxWatcher(settings)

    async def stop() -> None:
        await told.wait()
        for part in (loop.stop, *(runner.wind_down for runner in runners), schedule.wind_down, sender.wind_down, mailboxes.wind_down):
            part()

    stopping = asyncio.create_task(stop())
    handlers = reactions(loop, runners, schedule, sender)
    wakes.install(lambda kind: handlers[kind]())
    queue = Queue(settings.queue.url)
    queue.start(handlers)
    for runner in runners:
        runner.start()
    schedule.start()
    sender.start()
    mailboxes.start()
    try:
        await loop.run()
    finally:
        stopping.cancel()
        # Together, since each may have to wait for what it has under way.
        stops = (*(runner.stop for runner in runners), schedule.stop, sender.stop, mailboxes.stop, queue.stop)
        await asyncio.gather(*map(asyncio.to_thread, stops))
        await asyncio.to_thread(components.leave)
