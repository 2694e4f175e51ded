"""A file's layout is found with confidence and reason, and what is no table is refused by a clear code."""

import json
from pathlib import Path

import pytest
from openpyxl import Workbook

from server.domain.errors import Unprocessable
from server.services.exchange.detect import detect_layout

CSV = "name;email\r\nJörg;joerg@example.com\r\n"


def _written(tmp_path: Path, content: bytes | str) -> Path:
    path = tmp_path / "upload"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _refusal(path: Path, **given: str) -> str:
    with pytest.raises(Unprocessable) as refusal:
        detect_layout(path, **given)  # type: ignore[arg-type]
    assert refusal.value.detail.endswith((".", "}"))
    return refusal.value.stable_code


def test_a_german_excel_export_is_understood(tmp_path: Path) -> None:
    detected = detect_layout(_written(tmp_path, CSV.encode("cp1252")))
    layout = detected.layout
    assert (layout.format, layout.encoding, layout.delimiter, layout.quote, layout.header) == ("csv", "cp1252", ";", '"', True)
    assert [finding.what for finding in detected.findings] == ["format", "encoding", "delimiter", "quote", "short rows", "header"]
    assert detected.confidence == 0.9
    assert all(finding.reason for finding in detected.findings)


@pytest.mark.parametrize("first", ["sep=|", "SEP=|"])
def test_the_sep_line_of_excel_is_obeyed_and_skipped(tmp_path: Path, first: str) -> None:
    layout = detect_layout(_written(tmp_path, "\ufeff" + f"{first}\r\nname|email\r\ncarol|carol@example.com\r\n")).layout
    assert (layout.delimiter, layout.skip_lines) == ("|", 1)


def test_what_the_caller_gives_is_taken_as_given(tmp_path: Path) -> None:
    detected = detect_layout(_written(tmp_path, CSV), encoding="UTF8", delimiter=",", header=False)
    layout = detected.layout
    assert (layout.encoding, layout.delimiter, layout.header) == ("utf-8-sig", ",", False)
    assert [finding.what for finding in detected.findings if finding.reason == "as given"] == ["encoding", "delimiter", "header"]


def test_a_given_encoding_that_does_not_fit_or_exist_is_refused(tmp_path: Path) -> None:
    path = _written(tmp_path, CSV.encode("cp1252"))
    assert _refusal(path, encoding="utf-8") == "wrong_encoding"
    assert _refusal(path, encoding="klingon") == "unknown_encoding"
    assert _refusal(path, encoding="base64") == "unknown_encoding"


def test_json_lines_are_told_from_csv(tmp_path: Path) -> None:
    assert detect_layout(_written(tmp_path, '{"email": "a@b.c"}\n{"email": "d@e.f"}\n')).layout.format == "jsonl"
    assert detect_layout(_written(tmp_path, '{broken\n{"email": "d@e.f"}\n')).layout.format == "jsonl"
    assert detect_layout(_written(tmp_path, '{"note": "' + "x" * 300_000 + '"}\n')).layout.format == "jsonl"
    assert detect_layout(_written(tmp_path, "[id],{name}\n1,carol\n")).layout.format == "csv"


def test_a_workbook_is_known_by_its_content_not_its_name(tmp_path: Path) -> None:
    workbook = Workbook()
    workbook.active.append(["name", "email"])  # type: ignore[union-attr]
    workbook.active.append(["carol", "carol@example.com"])  # type: ignore[union-attr]
    workbook.save(tmp_path / "upload")
    layout = detect_layout(tmp_path / "upload").layout
    assert (layout.format, layout.header) == ("xlsx", True)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"  \r\n\r\n", "empty_file"),
        (b"\xef\xbb\xbf\r\n", "empty_file"),
        (b"sep=;\r\n", "empty_file"),
        (b"name,email\r\n", "no_rows"),
        (b"<!DOCTYPE html><html><body>Login</body></html>", "not_a_table"),
        (b"<?xml version='1.0'?><rows><row/></rows>", "not_a_table"),
        (json.dumps([{"a": 1}, {"a": 2}]).encode(), "not_a_table"),
        (json.dumps({"rows": [{"a": 1}]}, indent=2).encode(), "not_a_table"),
        (b"%PDF-1.7 ...", "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "not_a_table"),
        (bytes(range(256)) * 40, "not_a_table"),
        (b"\0" * 5000, "empty_file"),
        (b"PK\x03\x04 not really", "unreadable_workbook"),
        (b"Dear customer\nthank you for your letter\nyours\n", "not_a_table"),
    ],
)
def test_what_is_no_table_is_refused_by_name(tmp_path: Path, content: bytes, code: str) -> None:
    assert _refusal(_written(tmp_path, content)) == code


def test_a_file_whose_rows_are_habitually_short_is_filled_not_refused(tmp_path: Path) -> None:
    trimmed = "name,email,city\n" + "carol,carol@example.com\n" * 5 + "dave,dave@example.com,Rome\n" * 9
    rare = "name,email,city\n" + "carol,carol@example.com\n" + "dave,dave@example.com,Rome\n" * 30
    assert detect_layout(_written(tmp_path, trimmed)).layout.fill_short_rows
    assert not detect_layout(_written(tmp_path, rare)).layout.fill_short_rows
