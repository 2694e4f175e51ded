"""Receivers and vendors that hang, or that are dead, beside others that answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles

import pytest

from tests.appliance.stage import Receiving, Stage, receiving
from tests.bench import outages
from tests.bench.rig import new_rig
from tests.pace import best, until

OTHERS = 9
SECONDS = 5.0
ROUNDS = 5
A_SECOND = 10
IN_FLIGHT = 10


@pytest.mark.alone
@pytest.mark.timeout(300)
@pytest.mark.criterion("webhooks-8")
@pytest.mark.parametrize(("fault", "broken", "contacts"), [("_hang", ["hung"], OTHERS), ("_die", ["dead0", "dead1", "dead2", "dead3"], 2)])
def test_receivers_that_hang_or_are_dead_slow_the_others_by_a_quarter_at_most(
    tmp_path: Path, fault: str, broken: list[str], contacts: int, figure: Callable[[str], None]
) -> None:
    """One hangs and takes half of the traffic; or three in ten reset every connection, and take nearly half."""
    stage = Stage(tmp_path)
    with receiving() as receiver, stage.serving():
        wanted = {f"w{number}": ["company.created"] for number in range(OTHERS)}
        stage.webhooks(receiver, {**{name: ["contact.created"] for name in broken}, **wanted})

        def traffic(names: list[str]) -> list[float]:
            receiver.ask(fault, names)
            return ages(stage, receiver, contacts)

        traffic([])
        slower = best(lambda: compared(traffic, broken, figure), 1.25, tries=3)
        held = receiver.held("hung")
    assert slower <= 1.25
    assert held == (IN_FLIGHT if fault == "_hang" else 0)


def compared(traffic: Callable[[list[str]], list[float]], broken: list[str], figure: Callable[[str], None]) -> float:
    """Return how many times as long as without the broken ones the slowest of a hundred deliveries take beside them."""
    found: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(ROUNDS):
        for disturbs in (False, True):
            found[disturbs] += traffic(broken if disturbs else [])
    # All rounds together: in one round the percentile rests on five deliveries, and tells more of the machine than of us.
    undisturbed, disturbed = (quantiles(found[disturbs], n=100)[-1] for disturbs in (False, True))
    figure(f"p99 {undisturbed:.0f} ms undisturbed, {disturbed:.0f} ms beside {' '.join(broken)}: {disturbed / undisturbed:.2f}")
    return disturbed / undisturbed


def ages(stage: Stage, receiver: Receiving, contacts: int) -> list[float]:
    """Make companies, each owed to nine webhooks, and some contacts beside each; returns the ages at arrival in milliseconds."""
    receiver.ask("_forget")
    ends, made = time.monotonic() + SECONDS, 0
    while time.monotonic() < ends:
        due = time.monotonic() + 1 / A_SECOND
        stage.call("POST", "/api/v1/companies", {"name": f"Company {made}"})
        for number in range(contacts):
            stage.call("POST", "/api/v1/contacts", {"first_name": f"{made}-{number}"})
        made += 1
        time.sleep(max(due - time.monotonic(), 0))
    until(lambda: arrived(receiver) == made * OTHERS, why=lambda: f"{arrived(receiver)} of {made * OTHERS}")
    return [age for name, came in receiver.ask("_seen").items() if name.startswith("w") for _, age in came]


def arrived(receiver: Receiving) -> int:
    """Return how many deliveries reached the others."""
    return sum(len(came) for name, came in receiver.ask("_seen").items() if name.startswith("w"))


@pytest.mark.alone
@pytest.mark.timeout(900)
@pytest.mark.criterion("connectors-23")
def test_a_vendor_that_hangs_leaves_the_syncs_of_others_their_pace(tmp_path: Path, thorough: bool, figure: Callable[[str], None]) -> None:
    rig = new_rig(tmp_path / "data")

    def slower() -> float:
        found = outages.measure(rig, outages.ROWS if thorough else 1_000)
        figure(outages.line(found)[0])
        return 1 / found["ratio"]

    assert best(slower, 1 / outages.LEAST, tries=3) <= 1 / outages.LEAST
