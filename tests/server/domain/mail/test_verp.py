"""Return paths: each names a recipient, and none can be made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.mail.verp import is_return_path, make_return_path, read_return_path

KEY, OLDER = b"k" * 32, b"o" * 32
RECIPIENT = "rcp_0000000000000000000000000v"


@pytest.mark.criterion("email-19")
@given(st.text("0123456789abcdefghijklmnopqrstuv", min_size=26, max_size=26))
def test_what_was_made_is_read_again_and_fits_what_servers_take(name: str) -> None:
    address = make_return_path(KEY, f"rcp_{name}", "bounces.example.com")
    assert read_return_path((KEY,), address.upper()) == f"rcp_{name}"
    assert len(address.partition("@")[0]) <= 64


@pytest.mark.criterion("email-19")
@given(st.integers(0, 200), st.sampled_from("0123456789abcdefghijklmnopqrstuvwxyz"))
def test_a_changed_character_makes_it_nobodys(place: int, character: str) -> None:
    address = make_return_path(KEY, RECIPIENT, "bounces.example.com")
    place %= len(address)
    changed = address[:place] + character + address[place + 1 :]
    assert changed == address or read_return_path((KEY,), changed) is None


def test_a_key_before_the_current_one_still_counts_and_a_strangers_does_not() -> None:
    address = make_return_path(OLDER, RECIPIENT, "b.example.com")
    assert read_return_path((KEY, OLDER), address) == RECIPIENT
    assert read_return_path((KEY,), address) is None
    assert is_return_path(address)


@pytest.mark.parametrize("address", ["", "@", "bob@example.com", "b+x-y@example.com", "b+@example.com"])
def test_other_addresses_are_no_return_paths(address: str) -> None:
    assert not is_return_path(address)
    assert read_return_path((KEY,), address) is None
