"""JSON lines come in one object a line; a line that is none is a row error."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from server.services.exchange import jsonl_rows
from server.services.exchange.layout import Layout
from server.services.exchange.limits import LINE_CHARACTERS
from server.services.exchange.row import Row, RowError

LAYOUT = Layout("jsonl")


def _read(tmp_path: Path, content: str | bytes, layout: Layout = LAYOUT) -> list[Row | RowError]:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(jsonl_rows.read_rows(path, layout))


def test_nested_objects_become_dotted_columns_and_types_are_kept(tmp_path: Path) -> None:
    line = '{"email": "a@b.c", "address": {"city": "Köln", "geo": {"lat": 50.10}}, "tags": ["x"], "age": 3, "ok": true, "gone": null, "custom": {}}\n'
    expected: dict[str, Any] = {"email": "a@b.c", "address.city": "Köln", "address.geo.lat": Decimal("50.10"), "tags": ["x"], "age": 3, "ok": True}
    assert _read(tmp_path, line) == [Row(1, {**expected, "gone": None, "custom": None})]


def test_blank_lines_count_but_are_no_rows(tmp_path: Path) -> None:
    assert [row.line for row in _read(tmp_path, '\ufeff{"a": 1}\r\n\r\n{"a": 2}', Layout("jsonl", encoding="utf-8-sig"))] == [1, 3]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('{"a": 1', "bad_json"),
        ('{"a": NaN}', "bad_json"),
        ("[1, 2]", "not_an_object"),
        ('{"a": 1, "a": 2}', "duplicate_key"),
        ('{"a": ' + "9" * 30 + "}", "number_too_large"),
        ('{"a": ' + "9" * 9000 + "}", "number_too_large"),
        ('{"a": "x\\u0000y"}', "nul_character"),
        ('{"a": ["\\ud800"]}', "bad_encoding"),
        ('{"a": ' + "[" * 100_000, "too_deep"),
        ('{"a":' * 9 + "1" + "}" * 9, "too_deep"),
        ("{" + ",".join(f'"{n}": 1' for n in range(3000)) + "}", "too_many_cells"),
        ('{"a": "' + "x" * LINE_CHARACTERS + '"}', "too_long"),
    ],
)
def test_a_bad_line_is_a_row_error_and_reading_goes_on(tmp_path: Path, line: str, code: str) -> None:
    bad, good = _read(tmp_path, line + '\n{"a": 1}\n')
    assert isinstance(bad, RowError)
    assert (bad.line, bad.column, bad.code) == (1, None, code)
    assert good == Row(2, {"a": 1})


def test_undecodable_bytes_are_a_row_error(tmp_path: Path) -> None:
    bad, good = _read(tmp_path, b'{"a": "J\xf6rg"}\n{"a": 1}\n')
    assert isinstance(bad, RowError)
    assert (bad.code, good.line) == ("bad_encoding", 2)


def test_utf_16_is_read_too(tmp_path: Path) -> None:
    assert _read(tmp_path, '{"a": "ö"}\n'.encode("utf-16"), Layout("jsonl", encoding="utf-16")) == [Row(1, {"a": "ö"})]


def test_the_columns_are_those_of_the_first_rows_together(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"a": 1}\nbroken\n{"b": 1, "a": 2}\n')
    assert jsonl_rows.read_columns(path, LAYOUT) == ["a", "b"]
