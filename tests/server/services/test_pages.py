"""Simple lists walk every row once, and take no cursor that they have not given out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import Invalid
from server.services import pages, vaults
from server.system.crypto import Vault


@pytest.fixture(autouse=True, scope="module")
def _vault() -> None:
    vaults.install(Vault({1: bytes(32)}, 1))


def _reader(names: list[str]) -> Any:
    def read(after: str, limit: int) -> list[dict[str, Any]]:
        return [{"id": name} for name in sorted(names) if name > after][:limit]

    return read


@given(st.lists(st.text(min_size=1, max_size=5, alphabet="abcdef"), unique=True), st.integers(1, 7))
def test_a_walk_sees_every_row_once_and_in_order(names: list[str], limit: int) -> None:
    seen: list[str] = []
    cursor: str | None = None
    while True:
        found, cursor = pages.page("names", cursor, limit, _reader(names))
        assert len(found) <= limit
        seen += [row["id"] for row in found]
        if cursor is None:
            break
    assert seen == sorted(names)


def test_nothing_is_a_page_without_a_next_one() -> None:
    assert pages.page("names", None, 50, _reader([])) == ([], None)


@pytest.mark.parametrize("forged", ["a", "usr_1", "é", "x" * 5000])
def test_a_forged_cursor_is_refused(forged: str) -> None:
    with pytest.raises(Invalid) as caught:
        pages.page("names", forged, 1, _reader(["a", "b"]))
    assert caught.value.stable_code == "invalid_cursor"


def test_a_cursor_of_another_list_is_refused() -> None:
    _, cursor = pages.page("names", None, 1, _reader(["a", "b"]))
    with pytest.raises(Invalid):
        pages.page("others", cursor, 1, _reader(["a", "b"]))
