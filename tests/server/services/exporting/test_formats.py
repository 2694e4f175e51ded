"""Every format there is writes a file."""

from __future__ import annotations

import pytest

from server.services.exporting.formats import FORMATS, MEDIA_TYPES, NAMES
from tests.server.services.exporting.tables import plain

BEGINNINGS = {"csv": b"a\r\n", "xlsx": b"PK", "jsonl": b'{"a"', "xml": b"<?xml", "pdf": b"%PDF"}


@pytest.mark.parametrize("name", NAMES)
def test_a_format_writes_what_its_name_says_and_no_empty_piece(name: str) -> None:
    pieces = list(FORMATS[name].write(plain("a"), [[{"a": "1"}], [{"a": "2"}]]))
    assert b"".join(pieces).startswith(BEGINNINGS[name])
    assert all(pieces)


def test_every_format_has_a_type() -> None:
    assert tuple(FORMATS) == NAMES
    assert len(set(MEDIA_TYPES)) == len(NAMES)
