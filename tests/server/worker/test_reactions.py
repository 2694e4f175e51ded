"""Every kind of wake-up that services send has somebody who answers."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock

import pytest

from server.services import wakes
from server.worker.reactions import reactions


def test_every_wake_up_reaches_its_part() -> None:
    loop, runner, syncs, schedule = Mock(), Mock(), Mock(), Mock()
    table = reactions(loop, [runner, syncs], schedule)
    heard: list[str] = []
    wakes.install(heard.append)
    try:
        for wake in (wakes.deliveries, wakes.jobs, wakes.mails, wakes.inbound, wakes.scans):
            wake()
    finally:
        wakes.install(lambda _kind: None)
    assert sorted(heard) == sorted(table)
    for kind in heard:
        table[kind]()
    called: list[Any] = [loop.wake.call_count, runner.wake.call_count, syncs.wake.call_count, [call.args for call in schedule.wake.call_args_list]]
    assert called == [1, 1, 1, [("mails",), ("inbound",), ("scans",)]]


def test_an_unknown_kind_is_nobodys() -> None:
    with pytest.raises(KeyError):
        reactions(Mock(), Mock(), Mock())["unknown"]
