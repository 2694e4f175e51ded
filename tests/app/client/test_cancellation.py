"""Cancelling: what waits stops waiting."""

from __future__ import annotations

import threading
import time

import pytest

from app.client.cancellation import Cancellation
from app.client.errors import Cancelled


def test_a_sleep_ends_when_nobody_waits_any_more() -> None:
    cancellation = Cancellation()
    threading.Timer(0.02, cancellation.say).start()
    begun = time.perf_counter()
    with pytest.raises(Cancelled):
        cancellation.sleep(30)
    assert time.perf_counter() - begun < 20


def test_a_check_passes_until_it_was_said() -> None:
    cancellation = Cancellation()
    cancellation.check()
    cancellation.say()
    with pytest.raises(Cancelled):
        cancellation.check()
