"""What runs when: one table, and the clockwork that runs it beside the deliveries.

A task that is still running is not begun again, one that fails is logged and tried at its next time. A task `once` is
begun by one worker of all, whoever writes the mark of its turn first.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from server.domain.actor import system_actor
from server.services import (
    alerts,
    audit_chain,
    backup_runs,
    components,
    connector_hooks,
    connector_packages,
    disconnecting,
    dispatch,
    failing,
    gauges,
    job_folders,
    leases,
    mails,
    renewing,
    retention,
    scans,
    search,
    tenant_archives,
    tenant_files,
    upgrading,
)
from server.services.email import blocklists, daily_reports, domain_watch, hits, provider_events, sorting, upkeep
from server.services.inbound import processing, watch
from server.services.syncing import endings, hinting, runs
from server.store import database, figures, marks
from server.system import clock, logs
from server.worker.crew import Crew

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from server.system.settings import Settings

    Stopping = Callable[[], bool]

_THREADS: Final = 4
_GIVING_WAY: Final = 4
_DAY_MS: Final = 86_400_000
log = logs.get_logger()


@dataclass(frozen=True, slots=True)
class Task:
    """A function and how often it runs; with `woken` also as soon as a wake-up of that kind comes."""

    name: str
    every_seconds: float
    run: Callable[[Settings, Stopping], Any]
    once: bool = False
    woken: str | None = None


def _index(_settings: Settings, stopping: Stopping) -> None:
    """Index what is new; while a job runs this takes a fifth of the time, since both want the one interpreter and the one write lock."""
    while not stopping():
        began = time.monotonic()
        if not search.index_new():
            return
        if figures.jobs_under_way():
            time.sleep((time.monotonic() - began) * _GIVING_WAY)


def _prune_files(settings: Settings, _stopping: Stopping) -> None:
    """Remove the files of imports and results as old as jobs may become; each host has its own."""
    before = clock.now_ms() - settings.retention.logs_days * _DAY_MS
    job_folders.prune(before)


_DELETION_MS: Final = 600_000
"""How long a tenant's deletion may take where it was begun; after that it was cut off."""
_PROVIDERS: Final = {**processing.PROCESSORS, **provider_events.PROCESSORS}

TASKS: Final = (
    Task("heartbeat", 5, lambda _settings, _stopping: components.beat()),
    Task("left_leases", 2, lambda settings, _stopping: leases.end_left_behind(settings)),
    Task("held_deliveries", 2, lambda _settings, _stopping: dispatch.release_stranded()),
    Task("failing_webhooks", 60, lambda _settings, _stopping: failing.check_failing()),
    Task("gauges", 10, lambda _settings, _stopping: gauges.refresh()),
    Task("search_index", 1, _index),
    Task("audit_seals", 0.5, lambda _settings, stopping: audit_chain.seal_new(stopping)),
    Task("mails", 5, lambda settings, _stopping: mails.send_due_mails(settings), woken="mails"),
    Task("inbound", 1, lambda _settings, stopping: processing.process_due(stopping, connector_hooks.take, _PROVIDERS), woken="inbound"),
    Task("arrivals", 2, sorting.sort_due, woken="arrivals"),
    Task("inbound_watch", 10, lambda settings, _stopping: watch.watch(settings)),
    Task("renewals", 30, renewing.renew_due, once=True),
    Task("connector_packages", 5, lambda _settings, _stopping: connector_packages.refresh()),
    Task("connector_upgrades", 300, lambda _settings, stopping: upgrading.follow(stopping), once=True),
    Task("uninstallations", 60, lambda _settings, stopping: disconnecting.sweep(stopping), once=True),
    Task("sending_domains", 60, domain_watch.watch),
    Task("blocklists", blocklists.EVERY_SECONDS, lambda settings, _stopping: blocklists.check_addresses(settings), once=True),
    Task("daily_reports", 60, daily_reports.send_due, once=True),
    Task("backups", 5, lambda settings, _stopping: backup_runs.make_due(settings), woken="backups"),
    Task("alerts", 10, lambda settings, _stopping: alerts.check_alerts(settings)),
    Task("email_streams", 30, lambda _settings, _stopping: upkeep.look_after()),
    Task("email_hits", 10, lambda _settings, stopping: hits.judge_due(stopping), once=True),
    Task("email_upkeep", 600, upkeep.tidy, once=True),
    Task("retention", 900, retention.prune, once=True),
    Task("files", 3600, _prune_files),
    Task("scans", 5, lambda _settings, stopping: scans.scan_due(stopping), woken="scans"),
    Task("unscanned", 3600, lambda _settings, _stopping: scans.queue_unscanned(), once=True),
    Task("syncs", 5, lambda _settings, stopping: runs.begin_due(stopping)),
    Task("hinted_syncs", 5, lambda _settings, stopping: hinting.begin_due(stopping)),
    Task("untold_changes", 60, lambda _settings, stopping: hinting.read_untold(stopping), once=True),
    Task("abandoned_syncs", 60, lambda _settings, _stopping: endings.sweep(), once=True),
    Task("tenant_files", 600, lambda _settings, stopping: tenant_files.sweep(stopping)),
    Task("orphans", 21_600, lambda _settings, stopping: tenant_files.sweep_orphans(stopping)),
    Task("tenant_deletions", 300, lambda _settings, _stopping: tenant_archives.resume(system_actor(""), _DELETION_MS), once=True),
)


class Schedule(Crew[Task]):
    """Runs tasks until told to stop; everything runs at once for the first time."""

    def __init__(self, settings: Settings, tasks: Sequence[Task] = TASKS) -> None:
        """Take the table; nothing runs yet."""
        super().__init__("schedule", _THREADS)
        self._settings = settings
        self._tasks = {task.name: task for task in tasks}
        self._due = dict.fromkeys(self._tasks, 0.0)
        self._running: set[str] = set()

    def wake(self, kind: str) -> None:
        """Run now what waits for this kind of wake-up; callable from any thread."""
        with self.changed:
            for task in self._tasks.values():
                if task.woken == kind:
                    self._due[task.name] = 0.0
            self.changed.notify()

    def _find(self) -> None:
        while not self.stopping:
            with self.changed:
                now = time.monotonic()
                ready = [name for name, due in self._due.items() if due <= now and name not in self._running]
                for name in ready:
                    self._due[name] = now + self._tasks[name].every_seconds
                    self._running.add(name)
                    self.handed_out.put(self._tasks[name])
                waiting = [due for name, due in self._due.items() if name not in self._running]
                self.changed.wait(max(min(waiting, default=now + 1) - now, 0.0))

    def _work(self) -> None:
        while (task := self.handed_out.get()) is not None:
            try:
                if not task.once or _is_first(task):
                    task.run(self._settings, lambda: self.stopping)
            except Exception:
                log.exception("scheduled_task_failed", task=task.name)
            with self.changed:
                self._running.discard(task.name)
                self.changed.notify()
        database.close()


def _is_first(task: Task) -> bool:
    """Tell whether no other worker has begun this turn of a task."""
    with database.transaction():
        return marks.put(f"schedule.{task.name}", str(clock.now_ms() // round(task.every_seconds * 1000)))
