"""Kinds of settings: what each reads from a file and from the environment, and what it refuses."""

from __future__ import annotations

from dataclasses import dataclass, fields
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.system import setting_kinds as kinds


@dataclass(frozen=True)
class Section:
    """One setting of each kind."""

    word: str = kinds.text("", "A word.")
    secret: str = kinds.text("", "A secret.", secret=True)
    fruit: str = kinds.choice("apple", ("apple", "pear"), "A fruit.")
    count: int = kinds.number(3, 1, 9, "A count.")
    switch: bool = kinds.flag("A switch.")
    words: tuple[str, ...] = kinds.texts("Words.")
    counts: tuple[int, ...] = kinds.numbers((1, 2), 0, 9, "Counts.")
    ranges: tuple[kinds.Network, ...] = kinds.networks("Ranges.")


KINDS = {field.name: kinds.kind_of(field) for field in fields(Section)}


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("word", "x", "x"),
        ("fruit", "pear", "pear"),
        ("count", 9, 9),
        ("switch", True, True),
        ("words", ["a", "b"], ("a", "b")),
        ("counts", (0, 9), (0, 9)),
        ("ranges", ["10.0.0.0/8", ip_network("::1/128")], (ip_network("10.0.0.0/8"), ip_network("::1/128"))),
    ],
)
def test_a_value_of_its_type_is_taken_and_a_list_becomes_a_tuple(name: str, raw: object, value: object) -> None:
    assert KINDS[name].read(raw) == value


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("word", 1),
        ("word", "a\0b"),
        ("fruit", "plum"),
        ("count", 0),
        ("count", 10),
        ("count", "5"),
        ("count", True),
        ("count", 5.0),
        ("switch", 1),
        ("words", "a"),
        ("words", [1]),
        ("counts", [10]),
        ("counts", 1),
        ("ranges", [1]),
        ("ranges", ["10.0.0.1/8"]),
    ],
)
def test_a_value_of_another_type_or_beyond_its_bounds_is_refused(name: str, raw: object) -> None:
    with pytest.raises(ValueError):
        KINDS[name].read(raw)


@given(st.integers())
def test_a_number_is_read_from_text_within_its_bounds_only(number: int) -> None:
    if 1 <= number <= 9:
        assert KINDS["count"].read_text(str(number)) == number
    else:
        with pytest.raises(ValueError):
            KINDS["count"].read_text(str(number))


@given(st.lists(st.text(st.characters(exclude_characters=",\0"), min_size=1).filter(lambda item: item == item.strip()), max_size=5))
def test_a_list_in_text_is_separated_by_commas(items: list[str]) -> None:
    assert KINDS["words"].read_text(" , ".join(items)) == tuple(items)


@pytest.mark.parametrize(("text", "value"), [("TRUE", True), ("1", True), ("on", True), ("No", False), ("0", False)])
def test_a_switch_is_read_from_the_usual_words(text: str, value: object) -> None:
    assert KINDS["switch"].read_text(text) is value


def test_a_section_never_prints_what_it_holds() -> None:
    assert "hunter2" not in repr(Section(word="postgresql://u:hunter2@h", secret="hunter2"))


@pytest.mark.parametrize(("address", "parts"), [("localhost:80", ("localhost", 80)), ("[::1]:0", ("::1", 0)), (":80", ("", 80))])
def test_an_address_is_split_into_host_and_port(address: str, parts: tuple[str, int]) -> None:
    assert kinds.split_address(address) == parts


@pytest.mark.parametrize("address", ["80", "localhost", "localhost:", "localhost:x", "localhost:65536", "::1:80", "[::1]", "a:-1"])
def test_what_is_no_address_is_not_split(address: str) -> None:
    with pytest.raises(ValueError):
        kinds.split_address(address)


def test_a_url_needs_one_of_its_schemes_and_a_host_or_for_sqlite_a_path() -> None:
    check = kinds.url("sqlite", "postgresql")
    check("sqlite:////data/x.sqlite3")
    check("postgresql://u:p@host/name")
    for bad in ("sqlite://", "postgresql:///name", "mysql://host", "host"):
        with pytest.raises(ValueError):
            check(bad)
