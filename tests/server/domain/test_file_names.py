"""Whatever a file is called by its sender, what is kept is a plain name, and it comes back whole."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain import file_names


@given(st.text())
def test_what_is_kept_is_a_name_on_every_system(given_name: str) -> None:
    name = file_names.clean(given_name)
    assert 0 < len(name) <= file_names.LONGEST
    assert not set(name) & set('/\\<>:"|?*%\0\r\n')
    assert not {unicodedata.category(character) for character in name} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert name.strip(" .") == name
    assert file_names.clean(name) == name


@given(st.text())
def test_a_name_comes_back_from_the_header_it_was_told_in(given_name: str) -> None:
    name = file_names.clean(given_name)
    header = file_names.disposition(name)
    assert header.isascii()
    assert header.isprintable()
    assert file_names.from_disposition(header) == name


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('attachment; filename="a b.txt"', "a b.txt"),
        ("attachment; filename=plain.txt; x=1", "plain.txt"),
        (r'attachment; filename="quote\"d.txt"', 'quote"d.txt'),
        ("attachment; filename=\"old.txt\"; filename*=UTF-8'en'n%C3%A4h.txt", "näh.txt"),
        ("inline", None),
        (None, None),
    ],
)
def test_a_header_is_read_as_clients_write_it(header: str | None, name: str | None) -> None:
    assert file_names.from_disposition(header) == name


def test_a_long_name_keeps_its_ending() -> None:
    assert file_names.clean("x" * 500 + ".pdf").endswith("x.pdf")
    assert file_names.disposition("a.txt", inline=True) == 'inline; filename="a.txt"'
