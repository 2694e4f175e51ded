"""Every kind of wake-up that services send has somebody who answers."""

from __future__ import annotations

from unittest.mock import Mock

import pytest

from server.services import wakes
from server.worker.reactions import reactions


def test_every_wake_up_reaches_its_part() -> None:
    loop, runner, syncs, schedule, sender = Mock(), Mock(), Mock(), Mock(), Mock()
    table = reactions(loop, [runner, syncs], schedule, sender)
    heard: list[str] = []
    wakes.install(heard.append)
    try:
        for wake in (wakes.deliveries, wakes.jobs, wakes.mails, wakes.inbound, wakes.scans, wakes.email, wakes.arrivals):
            wake()
    finally:
        wakes.install(lambda _kind: None)
    assert sorted(heard) == sorted(table)
    for kind in heard:
        table[kind]()
    assert [part.wake.call_count for part in (loop, runner, syncs, sender)] == [1, 1, 1, 1]
    assert [call.args for call in schedule.wake.call_args_list] == [("mails",), ("inbound",), ("scans",), ("arrivals",)]


def test_an_unknown_kind_is_nobodys() -> None:
    with pytest.raises(KeyError):
        reactions(Mock(), Mock(), Mock(), Mock())["unknown"]
