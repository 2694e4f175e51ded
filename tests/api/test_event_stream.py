"""The live stream beside busy writers: whoever breaks off and comes back misses nothing and gets nothing twice."""

from __future__ import annotations

import http.client
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.appliance import Appliance, Persona
from tests.api.client import Client, Links
from tests.pace import PATIENCE, awaited

WRITERS = 3
EACH = 8


@dataclass
class Listener:
    """A reader of the stream that knows, as browsers do, the last event it got."""

    appliance: Appliance
    key: str
    last: str | None = None
    seen: list[str] = field(default_factory=list)

    def listen(self, most: int) -> None:
        """Read events until there are so many more, then break off."""
        link = http.client.HTTPConnection(*self.appliance.links.address, timeout=20)
        headers = {"Authorization": f"Bearer {self.key}"} | ({"Last-Event-ID": self.last} if self.last else {})
        link.request("GET", "/api/v1/events/stream?type=contact.*", headers=headers)
        answer = link.getresponse()
        assert answer.status == 200
        place, wanted, ends = None, len(self.seen) + most, time.monotonic() + PATIENCE
        while len(self.seen) < wanted:
            assert time.monotonic() < ends, f"{len(self.seen)} of {wanted} events came"
            name, _, value = answer.readline().decode().strip().partition(": ")
            if name == "id":
                place = value
            elif name == "data":
                self.seen.append(value.partition('"id":"')[2].partition('"')[0])
                self.last = place
        link.close()


def write(appliance: Appliance, key: str, writer: int) -> None:
    """Create contacts over a connection of its own."""
    links = Links(appliance.links.address)
    for number in range(EACH):
        Client(links, key).made("contacts", first_name=f"{writer}-{number}")
    links.close()


@pytest.mark.criterion("api-17")
@settings(max_examples=6, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(breaks=st.lists(st.integers(1, WRITERS * EACH), max_size=4))
def test_breaking_off_beside_concurrent_writers_skips_and_repeats_nothing(appliance: Appliance, breaks: list[int]) -> None:
    alice: Persona = appliance.persona("alice", appliance.tenant())
    alice.client.made("contacts", first_name="before")
    alice.client.made("contacts", first_name="second")
    # PostgreSQL shows an event once no older transaction is open, be it somebody else's; before the second one there is no next page.
    page = awaited(lambda: alice.client.get("/api/v1/events", query={"limit": 1, "type": "contact.*"}).json, lambda found: found["next_cursor"])
    listener = Listener(appliance, alice.key, page["next_cursor"], [page["data"][0]["id"]])
    with ThreadPoolExecutor(WRITERS) as pool:
        writing = [pool.submit(write, appliance, alice.key, writer) for writer in range(WRITERS)]
        # All written, and the second that was there before.
        left = WRITERS * EACH + 1
        for most in [*breaks, left]:
            listener.listen(min(most, left))
            left -= min(most, left)
            if not left:
                break
        for one in writing:
            one.result(30)
    listed = alice.client.get("/api/v1/events", query={"limit": 200, "type": "contact.*"}).json["data"]
    assert listener.seen == [event["id"] for event in listed]
    assert len(set(listener.seen)) == WRITERS * EACH + 2
