"""Events in commit order: whoever reads on by place gets each one exactly once, whatever order writers commit in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.domain.errors import Conflict
from server.store import database, events
from tests.pace import slowest
from tests.server.growth import grow, numbered
from tests.tenants import TENANT_A, TENANT_B

START = (0, 0)


def event(name: str, kind: str = "contact.created", object_id: str = "con_1", at: int = 1000) -> tuple[object, ...]:
    return (f"evt_{name}", kind, kind.partition(".")[0], object_id, at, name.encode())


def insert(name: str, tenant_id: str = TENANT_A, mode: str = "live", **more: object) -> None:
    with database.transaction():
        events.insert(tenant_id, mode, event(name, **more))  # type: ignore[arg-type]


def walk(step: int = 2, tenant_id: str = TENANT_A, mode: str = "live") -> list[str]:
    """Return the bodies of all events, read a few at a time."""
    place, found = START, []
    while page := events.after(tenant_id, mode, place, step):
        found += [body.decode() for *_, body in page]
        place = page[-1][0]
    return found


def test_a_walk_by_place_returns_every_event_once_in_order(opened: str) -> None:
    for number in range(7):
        insert(str(number))
    assert walk(2) == walk(3) == walk(100) == [str(number) for number in range(7)]


def test_an_event_is_found_by_its_own_tenant_in_its_own_mode_only(opened: str) -> None:
    insert("a")
    assert bytes(events.find(TENANT_A, "live", "evt_a") or b"") == b"a"
    assert [events.find(*where, "evt_a") for where in ((TENANT_A, "test"), (TENANT_B, "live"))] == [None, None]
    assert (walk(mode="test"), walk(tenant_id=TENANT_B)) == ([], [])
    assert events.about(TENANT_B, "live", "con_1", 10) == []


def test_an_event_cannot_be_written_twice(opened: str) -> None:
    insert("a")
    with pytest.raises(Conflict):
        insert("a")
    assert walk() == ["a"]


def test_types_are_chosen_by_name_or_by_their_beginning(opened: str) -> None:
    insert("a")
    insert("b", kind="contact.deleted", at=2000)
    insert("c", kind="deal.created", at=3000)

    def chosen(types: tuple[str, ...] = (), since: int = 0) -> list[str]:
        return [body.decode() for *_, body in events.after(TENANT_A, "live", START, 10, types, since)]

    assert chosen(("contact.created",)) == ["a"]
    assert chosen(("contact.",)) == ["a", "b"]
    assert chosen(("contact.deleted", "deal.")) == ["b", "c"]
    assert chosen(("contact",)) == []
    assert chosen(since=2000) == ["b", "c"]


def test_the_newest_events_about_an_object_come_first(opened: str) -> None:
    for number in range(3):
        insert(str(number))
    insert("other", object_id="con_2")
    assert [bytes(body) for body in events.about(TENANT_A, "live", "con_1", 2)] == [b"2", b"1"]


class Writer:
    """A transaction in a thread of its own that inserts at one moment and commits at another."""

    def __init__(self, pool: ThreadPoolExecutor, name: str, *, nested: bool = False) -> None:
        self.inserted, self._commit = threading.Event(), threading.Event()
        self._done = pool.submit(self._run, name, nested)
        assert self.inserted.wait(10)

    def _run(self, name: str, nested: bool) -> None:
        with database.transaction():
            if nested:
                with database.savepoint():
                    events.insert(TENANT_A, "live", event(name))
            else:
                events.insert(TENANT_A, "live", event(name))
            self.inserted.set()
            self._commit.wait(10)
        database.close()

    def commit(self) -> None:
        self._commit.set()
        self._done.result(10)


class Reader:
    """Follows the events by place, as pollers and streams do."""

    def __init__(self) -> None:
        self.place, self.seen = START, list[str]()

    def read(self) -> list[str]:
        while page := events.after(TENANT_A, "live", self.place, 2):
            self.seen += [body.decode() for *_, body in page]
            self.place = page[-1][0]
        return self.seen


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_an_event_that_is_committed_late_is_not_skipped(opened: str) -> None:
    reader = Reader()
    with ThreadPoolExecutor(2) as pool:
        early, late = Writer(pool, "early"), Writer(pool, "late", nested=True)
        late.commit()
        assert reader.read() == [], "an event stays unread while one before it may still come"
        early.commit()
    assert reader.read() == ["early", "late"]


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(commits=st.permutations(range(4)), reads=st.lists(st.booleans(), min_size=4, max_size=4), nested=st.booleans())
def test_a_reader_skips_and_repeats_nothing_in_whatever_order_writers_commit(
    opened: str, commits: list[int], reads: list[bool], nested: bool
) -> None:
    database.execute("DELETE FROM events")
    reader = Reader()
    with ThreadPoolExecutor(4) as pool:
        writers = [Writer(pool, str(number), nested=nested) for number in range(4)]
        for number, reads_now in zip(commits, reads, strict=True):
            writers[number].commit()
            if reads_now:
                reader.read()
    assert sorted(reader.read()) == ["0", "1", "2", "3"]


def test_a_reader_beside_busy_writers_gets_everything_once(opened: str) -> None:
    reader, done = Reader(), threading.Event()

    def follow() -> None:
        while not done.is_set():
            reader.read()
        database.close()

    def write(writer: int) -> None:
        for number in range(15):
            insert(f"{writer}-{number}")
        database.close()

    with ThreadPoolExecutor(4) as pool:
        follower = pool.submit(follow)
        list(pool.map(write, range(3)))
        done.set()
        follower.result(10)
    reader.read()
    assert sorted(reader.seen) == sorted(f"{writer}-{number}" for writer in range(3) for number in range(15))
    assert [one for one in reader.seen if one.startswith("1-")] == [f"1-{number}" for number in range(15)]


@pytest.mark.criterion("desktop-6")
@pytest.mark.timeout(1800)
def test_events_are_found_among_a_million_within_300_ms(opened: str, figure: Callable[[str], None], thorough: bool) -> None:
    count = 1_000_000 if thorough else 10_000
    insert("a")
    columns = ["id", "tenant_id", "mode", "type", "object", "object_id", "created_at", "body"]
    grow("events", columns, {"id": numbered("evt"), "object_id": numbered("con")}, count)
    types: dict[str, tuple[str, ...]] = {"all": (), "a type": ("contact.created",), "a kind": ("contact.",), "no such type": ("deal.created",)}
    name, took = slowest({name: partial(events.after, TENANT_A, "live", START, 200, one) for name, one in types.items()}, 0.3)
    figure(f"the slowest of {len(types)} lists of events, {name}, took {took * 1000:.0f} ms among {count:,}")
    assert took <= 0.3
