"""A mark is one text by name, and of several who change it at once one is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from server.store import database, marks

pytestmark = pytest.mark.usefixtures("opened")


def test_a_mark_says_whether_it_changed() -> None:
    assert marks.find("one") is None
    assert [marks.put("one", value) for value in ("a", "a", "b")] == [True, False, True]
    assert marks.find("one") == "b"
    assert not marks.swap("one", "a", "c")
    assert marks.swap("one", "b", "c")
    assert not marks.swap("two", "a", "b")
    marks.remove("one")
    assert marks.find("one") is None


def test_marks_are_found_by_their_beginning() -> None:
    for name in ("worker.b", "worker.a", "other"):
        marks.put(name, name)
    assert list(marks.beginning("worker.")) == ["worker.a", "worker.b"]


def test_of_several_writers_at_once_one_is_told() -> None:
    def put(_: int) -> bool:
        try:
            with database.transaction():
                return marks.put("alert", "raised")
        finally:
            database.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(put, range(4))) == [False, False, False, True]
