"""Column names are never blank and never twice the same."""

from hypothesis import given
from hypothesis import strategies as st

from server.services.exchange.row import RowError, column_names, numbered_names


@given(st.lists(st.text(max_size=5) | st.none() | st.integers(0, 3), max_size=20))
def test_every_column_has_a_name_of_its_own(header: list[str | int | None]) -> None:
    names = column_names(header)
    assert len(names) == len(header) == len(set(names))
    assert all(names)


def test_names_are_those_of_the_file_where_it_has_them() -> None:
    assert column_names(["\ufeffName", " E-Mail\nprivat ", "", None, "Name", "Name"]) == [
        "Name",
        "E-Mail privat",
        "column 3",
        "column 4",
        "Name (2)",
        "Name (3)",
    ]
    assert numbered_names(2) == ["column 1", "column 2"]


def test_an_error_without_cells_has_none() -> None:
    assert RowError(1, None, "code", "reason").cells == {}
