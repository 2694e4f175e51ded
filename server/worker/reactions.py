"""Which part of a worker answers to which kind of wake-up."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from server.worker.deliveries import DeliveryLoop
    from server.worker.jobs import JobRunner
    from server.worker.mail import MailSender
    from server.worker.schedule import Schedule


def reactions(loop: DeliveryLoop, runners: Sequence[JobRunner], schedule: Schedule, sender: MailSender) -> Mapping[str, Callable[[], None]]:
    """Return what to call for each kind of rows that services say are waiting (`server/services/wakes.py`)."""

    def wake_runners() -> None:
        for runner in runners:
            runner.wake()

    return {
        "deliveries": loop.wake,
        "jobs": wake_runners,
        "email": sender.wake,
        "mails": partial(schedule.wake, "mails"),
        "inbound": partial(schedule.wake, "inbound"),
        "scans": partial(schedule.wake, "scans"),
        "arrivals": partial(schedule.wake, "arrivals"),
    }
