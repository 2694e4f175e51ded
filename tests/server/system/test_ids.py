"""Ids: they carry their kind, sort by time, and stand for UUIDs of version 7."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.system import clock, ids

if TYPE_CHECKING:
    from uuid import UUID

PREFIXES = st.sampled_from(["con", "cmp", "deal", "whk", "evt"])


def test_an_id_says_its_kind_and_is_a_uuid_of_version_7() -> None:
    made = ids.new_id("con")
    assert made.startswith("con_")
    assert len(made) == len("con_") + ids.ENCODED
    assert made == made.lower()
    uuid = ids.to_uuid(made)
    assert (uuid.version, uuid.variant) == (7, "specified in RFC 4122")


def test_an_id_holds_the_moment_it_was_made() -> None:
    with clock.frozen(1_795_176_000_123):
        assert ids.to_uuid(ids.new_id("con")).int >> 80 == 1_795_176_000_123


def test_ids_of_a_moment_and_later_sort_behind_its_bound() -> None:
    for at, before in ((999, True), (1000, False), (1001, False)):
        with clock.frozen(at):
            assert (ids.new_id("msg") < ids.first_of("msg", 1000)) is before


@given(st.integers(0, 2**48 - 1), st.integers(0, 2**48 - 1))
def test_ids_sort_by_time_as_text(one: int, other: int) -> None:
    with clock.frozen(one) as held:
        first = ids.new_id("con")
        held.at_ms = other
        second = ids.new_id("con")
    if one != other:
        assert (first < second) == (one < other)


def test_ids_made_one_after_the_other_sort_in_that_order() -> None:
    made = [ids.new_id("con") for _ in range(10_000)]
    assert made == sorted(made)


@given(PREFIXES, st.uuids())
def test_every_uuid_has_one_id_and_back(prefix: str, uuid: UUID) -> None:
    made = ids.from_uuid(prefix, uuid)
    assert ids.to_uuid(made) == uuid
    assert ids.is_id(prefix, made)


def test_ids_of_one_moment_differ() -> None:
    with clock.frozen(0):
        assert len({ids.new_id("con") for _ in range(10_000)}) == 10_000


def test_a_process_that_forks_shares_no_random_bits_with_its_child() -> None:
    program = (
        "import os; from server.system import clock, ids\n"
        "with clock.frozen(0):\n"
        "    ids.new_id('con'); os.fork(); os.write(1, (ids.new_id('con') + chr(10)).encode())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert len(set(done.stdout.split())) == 2


@pytest.mark.parametrize("text", ["", "con_", "con_short", "con_" + "z" * 26, "con_" + "é" * 26, "0" * 27])
def test_what_is_not_an_id_is_refused(text: str) -> None:
    assert not ids.is_id("con", text)
    with pytest.raises(ValueError, match=r"."):
        ids.to_uuid(text)


def test_an_id_of_another_kind_is_not_one_of_this_kind() -> None:
    assert not ids.is_id("con", ids.new_id("cmp"))
