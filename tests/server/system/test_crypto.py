"""The vault: what goes in comes out for the same context only, and a rotation touches no secret."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import Bug
from server.system import crypto
from server.system.crypto import CryptoError, Keys, Vault

OLD, NEW = b"o" * 32, b"n" * 32
CONTEXT = "webhook.secret/whk_1"
DIGEST = crypto.default_digest_key({1: OLD})
before = Vault({1: OLD}, 1)
during = Vault({1: OLD, 2: NEW}, 2, digest_key=DIGEST)
after = Vault({2: NEW}, 2, digest_key=DIGEST)


@given(st.binary(max_size=4096), st.text())
def test_a_secret_comes_out_as_it_went_in(secret: bytes, context: str) -> None:
    assert before.open(before.seal(secret, context), context) == secret


@given(st.binary(), st.text(), st.text())
def test_a_secret_does_not_open_as_another_things(secret: bytes, context: str, other: str) -> None:
    sealed = before.seal(secret, context)
    if context != other:
        with pytest.raises(CryptoError):
            before.open(sealed, other)


def test_a_change_to_any_byte_is_noticed() -> None:
    sealed = during.seal(b"whsec_abc", CONTEXT)
    for place in range(len(sealed)):
        for change in (0x01, 0x80, 0xFF):
            changed = bytearray(sealed)
            changed[place] ^= change
            with pytest.raises(CryptoError):
                during.open(bytes(changed), CONTEXT)


def test_a_change_to_any_byte_is_noticed_when_rewrapping_or_opening_what_was_rewrapped() -> None:
    sealed = before.seal(b"whsec_abc", CONTEXT)
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(CryptoError):
            after.open(during.rewrap(bytes(changed)), CONTEXT)


@given(st.integers(0, 120))
def test_a_secret_cut_short_is_no_secret(length: int) -> None:
    sealed = before.seal(b"x" * 20, CONTEXT)
    if length < len(sealed):
        with pytest.raises(CryptoError):
            before.open(sealed[:length], CONTEXT)


def test_the_wrapped_key_of_one_secret_does_not_fit_another() -> None:
    one, other = before.seal(b"one", CONTEXT), before.seal(b"two", CONTEXT)
    with pytest.raises(CryptoError):
        before.open(one[: crypto.NONCE.start] + other[crypto.NONCE.start :], CONTEXT)


def test_the_same_secret_never_looks_the_same_and_is_not_in_sight() -> None:
    sealed = {before.seal(b"hunter2hunter2", CONTEXT) for _ in range(100)}
    assert len(sealed) == 100
    assert not any(b"hunter2" in one for one in sealed)


@given(st.binary(), st.text())
def test_rewrapping_moves_a_secret_to_the_current_key_without_touching_it(secret: bytes, context: str) -> None:
    sealed = before.seal(secret, context)
    assert during.needs_rewrap(sealed)
    moved = during.rewrap(sealed)
    assert moved[crypto.NONCE.start :] == sealed[crypto.NONCE.start :]
    assert not during.needs_rewrap(moved)
    assert after.open(moved, context) == secret


def test_a_retired_key_opens_nothing_and_says_which_it_was() -> None:
    with pytest.raises(CryptoError, match="Master key 1 is not held"):
        after.open(before.seal(b"x", CONTEXT), CONTEXT)


def test_lookups_and_cursors_outlive_a_rotation() -> None:
    assert before.digest("jct_live_x", "api_key") == during.digest("jct_live_x", "api_key") == after.digest("jct_live_x", "api_key")
    assert before.cursor_key == after.cursor_key
    assert len(before.cursor_key) == 32


@given(st.text(), st.text(), st.text(), st.text())
def test_lookups_differ_by_secret_and_by_purpose(secret: str, purpose: str, other: str, another: str) -> None:
    same = (secret, purpose) == (other, another)
    assert (before.digest(secret, purpose) == before.digest(other, another)) == same


def test_a_key_that_is_no_text_can_be_looked_up_in_vain() -> None:
    assert len(before.digest("jct_live_\udcff", "api_key")) == 64


def test_lookups_depend_on_the_key() -> None:
    assert before.digest("x", "p") != Vault({1: NEW}, 1).digest("x", "p")
    assert before.digest("x", "p") != Vault({1: OLD}, 1, digest_key=b"d" * 16).digest("x", "p")


def test_another_processes_rotation_is_noticed_when_a_secret_names_its_key() -> None:
    found = iter([None, Keys({1: OLD, 2: NEW}, 2, DIGEST)])
    vault = Vault({1: OLD}, 1, reload=lambda: next(found, None))
    sealed = after.seal(b"x", CONTEXT)
    with pytest.raises(CryptoError):
        vault.open(sealed, CONTEXT)
    assert vault.open(sealed, CONTEXT) == b"x"
    assert vault.current == 2


def test_another_processes_rotation_is_noticed_within_a_second_of_sealing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def reload() -> Keys:
        asked.append(1)
        return Keys({1: OLD, 2: NEW}, 2, DIGEST)

    moment = [100.0]
    monkeypatch.setattr("server.system.crypto.time.monotonic", lambda: moment[0])
    vault = Vault({1: OLD}, 1, reload=reload)
    assert not after.needs_rewrap(during.seal(b"x", CONTEXT))
    vault.seal(b"x", CONTEXT)
    assert not asked
    moment[0] += 1.0
    assert not after.needs_rewrap(vault.seal(b"x", CONTEXT))
    assert after.open(vault.seal(b"x", CONTEXT), CONTEXT) == b"x"
    assert len(asked) == 1


@pytest.mark.parametrize(("keys", "current"), [({1: b"short"}, 1), ({1: OLD}, 2)])
def test_keys_that_cannot_be_are_refused(keys: dict[int, bytes], current: int) -> None:
    with pytest.raises(CryptoError):
        Vault(keys, current)


def test_a_failure_to_open_is_our_fault_and_tells_the_caller_nothing() -> None:
    assert issubclass(CryptoError, Bug)
    assert "ooo" not in repr(before) + repr(Keys({1: OLD}, 1, NEW))
