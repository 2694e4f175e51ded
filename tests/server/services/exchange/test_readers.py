"""A messy file of any length goes from detection to converted bodies with exact counts, fast and in constant memory."""

import time
import tracemalloc
from pathlib import Path

import pytest
from openpyxl import Workbook

from server.services.exchange.conventions import Convention, infer_convention
from server.services.exchange.detect import detect_layout
from server.services.exchange.layout import Layout
from server.services.exchange.mapper import Mapper
from server.services.exchange.mapping import FieldHint, offered_fields, suggest
from server.services.exchange.readers import count_rows, open_rows, read_columns, read_sample
from server.services.exchange.row import Row
from tests.pace import quickest
from tests.server.services.exchange.messy import AMERICAN, EXCEL, GERMAN, SPOILERS, STYLES, Style, write_messy

FIELDS = [
    FieldHint("first_name", "text"),
    FieldHint("last_name", "text"),
    FieldHint("email", "email"),
    FieldHint("phone", "phone"),
    FieldHint("company_id", "reference"),
    FieldHint("address.line1", "text"),
    FieldHint("address.postal_code", "text"),
    FieldHint("address.city", "text"),
    *(FieldHint(f"custom.{name}", "decimal") for name in ("revenue", "umsatz")),
    *(FieldHint(f"custom.{name}", "date") for name in ("customer_since", "kunde_seit")),
    FieldHint("custom.newsletter", "boolean"),
    *(FieldHint(f"custom.{name}", "text") for name in ("note", "notiz")),
]


def _mapper(path: Path, layout: Layout) -> Mapper:
    """Take every suggestion, as a user in a hurry does."""
    sample = read_sample(path, layout)
    samples = {column: sample.of(column) for column in sample.columns}
    mapping = {column: suggestion.field for column, suggestion in suggest(sample.columns, FIELDS, samples).items()}
    assert len(mapping) == 12
    offered = offered_fields(FIELDS)
    return Mapper(mapping, FIELDS, {c: infer_convention(offered[f].kind, samples[c], Convention())[0] for c, f in mapping.items()})


def _import(path: Path) -> tuple[int, set[str], list[int]]:
    """Return the number of good rows, their emails, and the lines of the refused ones."""
    layout = detect_layout(path).layout
    mapper = _mapper(path, layout)
    good, emails, refused = 0, set(), []
    for row in open_rows(path, layout):
        body, errors = mapper.apply(row) if isinstance(row, Row) else ({}, [row])
        if errors:
            refused.append(row.line)
        else:
            good += 1
            emails.add(body["email"].lower())
    return good, emails, refused


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_a_messy_file_of_10_000_rows_comes_to_exactly_what_it_holds(tmp_path: Path, style: Style) -> None:
    path = tmp_path / "messy.csv"
    expected = write_messy(path, 10_000, style, seed=11)
    good, emails, refused = _import(path)
    assert refused == expected.lines
    assert (good, emails) == (expected.good, expected.emails)
    assert count_rows(path, detect_layout(path).layout) == expected.records


def test_german_and_american_writing_come_to_the_same_values(tmp_path: Path) -> None:
    bodies = []
    for style in (GERMAN, AMERICAN):
        path = tmp_path / f"{style.name}.csv"
        write_messy(path, 300, style, seed=5)
        layout = detect_layout(path).layout
        mapper = _mapper(path, layout)
        applied = [mapper.apply(row) for row in open_rows(path, layout) if isinstance(row, Row)]
        bodies.append([list(body.pop("custom").values()) + list(body.values()) for body, errors in applied if not errors])
    assert bodies[0] == bodies[1]


@pytest.mark.alone
def test_100_000_rows_are_read_and_converted_quickly_in_constant_memory(tmp_path: Path) -> None:
    path = tmp_path / "messy.csv"
    expected = write_messy(path, 100_000, GERMAN, seed=3)
    layout = detect_layout(path).layout
    mapper = _mapper(path, layout)
    good = 0

    def read() -> None:
        nonlocal good
        good = sum(isinstance(row, Row) and not mapper.apply(row)[1] for row in open_rows(path, layout))

    assert quickest(read, 25, tries=2, clock=time.thread_time) < 25, "a whole import of 100,000 rows has a minute"
    assert good == expected.good
    tracemalloc.start()
    for _ in open_rows(path, layout):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000


def test_every_format_gives_the_same_rows(tmp_path: Path) -> None:
    book = Workbook()
    for record in (["name", "city"], ["carol", "rome"], ["dave", "paris"]):
        book.active.append(record)  # type: ignore[union-attr]
    book.save(tmp_path / "xlsx")
    (tmp_path / "csv").write_text("name,city\ncarol,rome\ndave,paris\n")
    (tmp_path / "jsonl").write_text('{"name": "carol", "city": "rome"}\n{"name": "dave", "city": "paris"}\n')
    for kind in ("xlsx", "csv", "jsonl"):
        layout = detect_layout(tmp_path / kind).layout
        assert layout.format == kind
        assert read_columns(tmp_path / kind, layout) == ["name", "city"]
        assert [row.cells for row in open_rows(tmp_path / kind, layout)] == [{"name": "carol", "city": "rome"}, {"name": "dave", "city": "paris"}]


def test_a_sample_holds_rows_and_errors_and_knows_its_columns_even_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("a,b\n1,\n2\n3,x\n4,y\n")
    sample = read_sample(path, Layout("csv"), limit=3)
    assert (sample.columns, sample.of("b"), [error.line for error in sample.errors]) == (["a", "b"], ["x"], [3])
    path.write_text("a,b\n1\n")
    assert read_sample(path, Layout("csv")).columns == ["a", "b"]


def test_the_same_seed_makes_the_same_messy_file(tmp_path: Path) -> None:
    first, second, other = (tmp_path / name for name in "abc")
    assert write_messy(first, 500, EXCEL, seed=1) == write_messy(second, 500, EXCEL, seed=1)
    write_messy(other, 500, EXCEL, seed=2)
    assert first.read_bytes() == second.read_bytes() != other.read_bytes()


def test_every_kind_of_mess_occurs_and_the_counts_add_up(tmp_path: Path) -> None:
    for style in STYLES:
        expected = write_messy(tmp_path / style.name, 10_000, style)
        assert set(expected.errors) == set(SPOILERS)
        assert expected.good + expected.refused == expected.records == 10_000
        assert expected.distinct < expected.good
        assert expected.blank
        assert expected.quoted_newlines
        assert len(expected.lines) == expected.refused
