"""JSON lines hold documents as they are."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from server.services.exporting import jsonl_file
from tests.server.services.exporting.tables import plain


def test_every_line_is_a_document_with_the_fields_that_were_asked_for() -> None:
    documents: list[dict[str, Any]] = [{"id": "1", "a": {"b": [1, None]}}, {"id": "2", "a": None}]
    text = b"".join(jsonl_file.write(plain("id"), [documents, []])).decode()
    assert [json.loads(line) for line in text.splitlines()] == documents
    chosen = b"".join(jsonl_file.write(replace(plain("id"), fields=frozenset({"id"})), [documents]))
    assert chosen == b'{"id":"1"}\n{"id":"2"}\n'
    assert list(jsonl_file.write(plain("id"), [])) == []


def test_an_exact_number_keeps_its_digits() -> None:
    assert b"".join(jsonl_file.write(plain("a"), [[{"a": Decimal("12345678901234567890.10")}]])) == b'{"a":12345678901234567890.10}\n'
    with pytest.raises(TypeError):
        list(jsonl_file.write(plain("a"), [[{"a": object()}]]))
