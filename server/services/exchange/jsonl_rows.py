"""Reads JSON lines, one object each, in constant memory; nested objects become dotted columns (`address.city`), lists stay lists."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NoReturn

from server.services.exchange.limits import COLUMNS, LINE_CHARACTERS, NESTING, SAMPLE_ROWS
from server.services.exchange.row import Cell, Row, RowError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path
    from typing import TextIO

    from server.services.exchange.layout import Layout

LARGEST_INTEGER: Final = 2**63 - 1
SURROGATE: Final = re.compile("[\ud800-\udfff]")


class _Refused(ValueError):
    """A line that is not one object; carries the code and the reason for the row error."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def read_columns(path: Path, layout: Layout) -> list[str]:
    """Return the columns that occur in the first rows, in order of appearance; later rows may bring further ones."""
    columns: dict[str, None] = {}
    for count, row in enumerate(read_rows(path, layout)):
        if count >= SAMPLE_ROWS:
            break
        columns.update(dict.fromkeys(row.cells))
    return list(columns)


def read_rows(path: Path, layout: Layout) -> Generator[Row | RowError]:
    """Yield one row per line; blank lines are passed over."""
    with path.open(encoding=layout.encoding, errors="replace" if layout.encoding.startswith("utf-16") else "surrogateescape") as stream:
        for number, line in enumerate(_lines(stream), start=1):
            try:
                if text := line.strip():
                    yield Row(number, _flatten(_parse(text)))
            except _Refused as refused:
                yield RowError(number, None, refused.code, str(refused))


def _lines(stream: TextIO) -> Iterator[str]:
    """Yield the lines; one over the limit is cut, so that it is refused and the next one is whole again."""
    while line := stream.readline(LINE_CHARACTERS):
        piece = line
        while len(piece) >= LINE_CHARACTERS and not piece.endswith("\n"):
            piece = stream.readline(LINE_CHARACTERS)
        yield line


def _parse(text: str) -> dict[str, Any]:
    if len(text) >= LINE_CHARACTERS - 1:
        raise _Refused("too_long", f"the line is longer than {LINE_CHARACTERS} characters")
    try:
        found = DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise _Refused("bad_json", f"not JSON: {error.msg} at character {error.colno}") from error
    except RecursionError as error:
        raise _Refused("too_deep", "the JSON is nested too deeply") from error
    if not isinstance(found, dict):
        raise _Refused("not_an_object", "the line is JSON, but not an object")
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Refused("duplicate_key", f"the object has two members called {twice[:100]!r}")
    return members


def _integer(digits: str) -> int:
    if len(digits) > 20 or abs(number := int(digits)) > LARGEST_INTEGER:
        raise _Refused("number_too_large", "the line holds an integer of more than 64 bits")
    return number


def _constant(name: str) -> NoReturn:
    raise _Refused("bad_json", f"not JSON: {name} is not a number")


DECODER: Final = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_float=Decimal, parse_constant=_constant)


def _flatten(found: dict[str, Any], prefix: str = "", depth: int = 0) -> dict[str, Cell]:
    if depth >= NESTING:
        raise _Refused("too_deep", f"objects are nested more than {NESTING} deep")
    cells: dict[str, Cell] = {}
    for name, value in found.items():
        _refuse_unstorable(name, [name, value])
        if isinstance(value, dict) and value:
            cells |= _flatten(value, f"{prefix}{name}.", depth + 1)
        else:
            cells[prefix + name] = None if value == {} else value
    if len(cells) > COLUMNS:
        raise _Refused("too_many_cells", f"the object has more than {COLUMNS} members")
    return cells


def _refuse_unstorable(name: str, value: object) -> None:
    """Refuse what no text column can hold, though JSON can escape it: NUL and half of a surrogate pair."""
    if isinstance(value, list):
        for each in value:
            _refuse_unstorable(name, each)
    if not isinstance(value, str):
        return
    if "\0" in value:
        raise _Refused("nul_character", f"{name[:100]!r} holds a NUL character")
    if not value.isascii() and SURROGATE.search(value):
        raise _Refused("bad_encoding", f"{name[:100]!r} holds bytes that are not text, or half of a surrogate pair")
