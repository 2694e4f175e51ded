"""A crew: what is handed out is done, what is under way is brought to its end, and afterwards no thread is left."""

from __future__ import annotations

import threading

from server.worker.crew import Crew
from tests.pace import until


class Counting(Crew[int]):
    """Hands out numbers until told to stop; each takes as long as `gate` is closed."""

    def __init__(self) -> None:
        super().__init__("counting", 2)
        self.gate = threading.Event()
        self.given = 0
        self.done: list[int] = []

    def _find(self) -> None:
        while not self.stopping:
            with self.changed:
                self.handed_out.put(self.given)
                self.given += 1
                self.changed.wait()

    def _work(self) -> None:
        while (number := self.handed_out.get()) is not None:
            self.gate.wait()
            self.done.append(number)

    def wake(self) -> None:
        with self.changed:
            self.changed.notify()


def test_what_is_under_way_is_brought_to_its_end_and_nothing_more_is_begun() -> None:
    crew = Counting()
    crew.start()
    until(lambda: crew.wake() or crew.given >= 5)  # type: ignore[func-returns-value]
    crew.wind_down()
    assert crew.done == []
    crew.gate.set()
    crew.stop()
    assert sorted(crew.done) == list(range(crew.given))
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("counting")] == []
