"""`junction demo`."""

from __future__ import annotations

from tests.server.main import program
from tests.server.main.conftest import Fresh


def test_the_demo_is_made_once(fresh: Fresh) -> None:
    first = program.answer("demo", data=fresh.data)
    assert first["written"] > 700
    assert first["live"].startswith("jct_live_")
    again = program.answer("demo", data=fresh.data)
    assert (again["id"], again["live"], again["written"]) == (first["id"], None, 0)
