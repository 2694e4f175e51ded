"""The encrypted stream: what goes in comes out, and nothing that was touched does."""

from __future__ import annotations

import io
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.errors import Denied, Unprocessable
from server.system import archives
from server.system.archives import CHUNK, TAG, Reader, Writer

CHEAP = (10, 8, 1)
HEAD = 36


def sealed(*parts: bytes, passphrase: str = "open sesame") -> bytes:
    file = io.BytesIO()
    writer = Writer(file, passphrase, CHEAP)
    for part in parts:
        writer.write(part)
    writer.finish()
    return file.getvalue()


def reader(content: bytes, passphrase: str = "open sesame") -> Reader:
    return Reader(io.BytesIO(content), passphrase)


@given(st.lists(st.binary(max_size=2000), max_size=5))
@settings(max_examples=25, deadline=None)
def test_what_goes_in_comes_out(parts: list[bytes]) -> None:
    found = reader(sealed(*parts))
    assert [found.read(len(part)) for part in parts] == parts


def test_several_chunks_are_read_across_their_borders() -> None:
    noise = os.urandom(3 * CHUNK + 17)
    content = sealed(b"first\n", noise)
    assert len(content) > HEAD + 3 * (CHUNK + TAG)
    found = reader(content)
    assert found.line() == b"first"
    assert found.read(len(noise)) == noise


def test_content_whose_size_is_exactly_one_chunk_ends_there(monkeypatch: pytest.MonkeyPatch) -> None:
    content = sealed(b"x" * 100)
    monkeypatch.setattr(archives, "CHUNK", len(content) - HEAD - TAG)
    assert reader(content).read(100) == b"x" * 100


def test_a_wrong_passphrase_says_so() -> None:
    with pytest.raises(Denied, match="passphrase is wrong"):
        reader(sealed(b"secret"), "open barley").read(1)


def test_every_flipped_byte_is_noticed() -> None:
    content = sealed(b"secret" * 10)
    for place in range(0, len(content), 3):
        broken = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        with pytest.raises((Denied, Unprocessable)):
            reader(broken).read(60)


def test_chunks_that_are_cut_off_swapped_or_left_out_are_noticed() -> None:
    content = sealed(os.urandom(2 * CHUNK + 5))
    size = CHUNK + TAG
    head, first, second, last = content[:HEAD], content[HEAD : HEAD + size], content[HEAD + size : HEAD + 2 * size], content[HEAD + 2 * size :]
    for broken in (head + first + second, head + second + first + last, head + first + last, head + first):
        with pytest.raises((Denied, Unprocessable)):
            reader(broken).read(2 * CHUNK + 5)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04" + b"0" * 100, archives.MAGIC])
def test_another_file_is_no_backup(content: bytes) -> None:
    with pytest.raises(Unprocessable, match="not a backup"):
        reader(content)


def test_a_newer_format_asks_for_a_newer_program() -> None:
    with pytest.raises(Unprocessable, match="format 2"):
        reader(archives.MAGIC + bytes([2, 17, 8, 1]) + bytes(16))


def test_a_cost_that_would_take_all_memory_is_refused() -> None:
    with pytest.raises(Unprocessable, match="damaged"):
        reader(archives.MAGIC + bytes([1, 60, 8, 1]) + bytes(16))
