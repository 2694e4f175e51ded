"""A workbook that would cost more than an honest one is refused before anything parses it."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from server.domain.errors import Unprocessable
from server.services.exchange import workbook_guard
from server.services.exchange.workbook_guard import inspect_workbook

MIB = 1024 * 1024


def _archive(**members: bytes) -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    stream.seek(0)
    return stream


def _refusal(stream: io.BytesIO) -> str:
    with pytest.raises(Unprocessable) as refusal:
        inspect_workbook(stream)
    return refusal.value.stable_code


def test_an_honest_workbook_passes_and_is_left_at_its_beginning() -> None:
    stream = io.BytesIO()
    workbook: Any = Workbook()
    workbook.active.append(["<!DOCTYPE html> is text here"])
    workbook.save(stream)
    inspect_workbook(stream)
    assert stream.tell() == 0


def test_a_bomb_is_refused_by_its_ratio() -> None:
    assert _refusal(_archive(xl__worksheets__sheet1_xml=b"<row></row>" * 5 * MIB)) == "dangerous_workbook"


def test_entity_declarations_are_refused_wherever_they_stand() -> None:
    bomb = b'<?xml version="1.0"?><!-- ' + b"x" * 3 * MIB + b' --><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    assert _refusal(_archive(xl__workbook_xml=bomb)) == "dangerous_workbook"
    assert _refusal(_archive(xl__workbook_xml='<!DOCTYPE a [<!ENTITY b "c">]>'.encode("utf-16"))) == "dangerous_workbook"


def test_a_declaration_across_two_pieces_is_seen() -> None:
    assert _refusal(_archive(xl__workbook_xml=b" " * (MIB - 4) + b"<!DOCTYPE a>")) == "dangerous_workbook"


def test_one_monstrous_row_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_guard, "WORKBOOK_ROW_BYTES", 2 * MIB)
    monkeypatch.setattr(workbook_guard, "WORKBOOK_RATIO", 10**9)
    assert _refusal(_archive(xl__worksheets__sheet1_xml=b"<row>" + b"<c/>" * MIB + b"</row>")) == "dangerous_workbook"
    inspect_workbook(_archive(xl__worksheets__sheet1_xml=b"<row><c/></row>" * MIB))


def test_too_much_of_anything_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_guard, "WORKBOOK_MEMBERS", 3)
    assert _refusal(_archive(**{f"xl__{n}": b"" for n in range(4)})) == "workbook_too_large"
    monkeypatch.setattr(workbook_guard, "WORKBOOK_SHEETS", 1)
    assert _refusal(_archive(xl__worksheets__a_xml=b"", xl__worksheets__b_xml=b"")) == "workbook_too_large"
    monkeypatch.setattr(workbook_guard, "WORKBOOK_PART_BYTES", 10)
    assert _refusal(_archive(xl__styles_xml=b"x" * 11)) == "workbook_too_large"
    monkeypatch.setattr(workbook_guard, "WORKBOOK_BYTES", 10)
    assert _refusal(_archive(xl__image=b"x" * 11)) == "workbook_too_large"


def test_damage_is_found_before_the_first_row(tmp_path: Path) -> None:
    stream = io.BytesIO()
    workbook: Any = Workbook()
    for number in range(5000):
        workbook.active.append([f"name {number}", number])
    workbook.save(stream)
    whole = stream.getvalue()
    assert _refusal(io.BytesIO(whole[: len(whole) // 2])) == "unreadable_workbook"
    start = whole.index(b"xl/worksheets/sheet1.xml") + 2000
    assert _refusal(io.BytesIO(whole[:start] + bytes(64) + whole[start + 64 :])) == "unreadable_workbook"


def test_an_archive_without_a_workbook_is_no_table() -> None:
    assert _refusal(_archive(word__document_xml=b"<doc/>")) == "not_a_table"
