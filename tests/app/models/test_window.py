"""The window: it holds little, and finds again what it let go."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.models.window import Window


def filled(pages: int, size: int, kept: int) -> Window[int]:
    """Return a window on `pages` pages, all of which were read once."""
    found: Window[int] = Window(kept)
    for page in range(pages):
        found.put(page, list(range(page * size, (page + 1) * size)), str(page + 1) if page + 1 < pages else None)
    return found


@given(st.integers(1, 30), st.integers(1, 20), st.integers(1, 10))
def test_a_row_is_itself_or_has_to_be_read_again(pages: int, size: int, kept: int) -> None:
    window = filled(pages, size, kept)
    held = [place for place in range(window.count) if window.row(place) is not None]
    assert all(window.row(place) == place for place in held)
    assert len(held) <= kept * size
    assert window.complete


def test_a_page_that_was_let_go_is_read_again_by_its_own_cursor() -> None:
    window = filled(10, 5, 2)
    assert window.row(0) is None
    assert window.cursors[window.page_of(12)] == "2"
    assert window.put(0, list(range(5)), "1") == 0
    assert window.row(4) == 4
    assert window.span(9) == range(45, 50)
