"""Places for the key: each gives back what it was given, refuses to overwrite, and shows that something changed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring

from server.domain.errors import Conflict, Denied
from server.system.key_holders import FileHolder, Holder, KeyringHolder, SettingHolder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class MemoryKeyring(KeyringBackend):
    """A keyring that forgets when the test ends."""

    priority = 1

    def __init__(self) -> None:
        """Begin empty."""
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """Return what was kept."""
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""
        self.kept[service, username] = password


@pytest.fixture
def system_keyring() -> Iterator[MemoryKeyring]:
    """Put a keyring in memory in the place of the system's."""
    before = keyring.get_keyring()
    memory = MemoryKeyring()
    keyring.set_keyring(memory)
    yield memory
    keyring.set_keyring(before)


@pytest.fixture(params=["file", "keyring"])
def holder(request: pytest.FixtureRequest, tmp_path: Path, system_keyring: MemoryKeyring) -> Holder:
    """Return each place that can be written."""
    assert not system_keyring.kept
    return FileHolder(tmp_path / "k") if request.param == "file" else KeyringHolder("data", tmp_path / "note")


def test_a_place_gives_back_what_it_was_given(holder: Holder) -> None:
    assert holder.read() is None
    holder.write(b"one", new=True)
    assert holder.read() == b"one"
    holder.write(b"two")
    assert holder.read() == b"two"


def test_a_place_does_not_overwrite_a_key_with_a_first_one(holder: Holder) -> None:
    holder.write(b"one")
    with pytest.raises(Conflict) as refused:
        holder.write(b"two", new=True)
    assert refused.value.stable_code == "master_key_exists"
    assert holder.read() == b"one"


def test_a_file_shows_that_it_was_replaced(tmp_path: Path) -> None:
    holder = FileHolder(tmp_path / "k")
    stamps = [holder.stamp()]
    for content in (b"one", b"two"):
        holder.write(content)
        stamps.append(holder.stamp())
    assert len(set(stamps)) == 3
    assert holder.stamp() == stamps[-1]


def test_the_keyring_shows_a_change_by_its_note(tmp_path: Path) -> None:
    holder = KeyringHolder("data", tmp_path / "note")
    before = holder.stamp()
    (tmp_path / "note").write_text("1")
    assert holder.stamp() != before


@pytest.mark.skipif(os.name != "posix", reason="modes are checked on POSIX only")
def test_a_file_that_others_can_read_is_not_read(tmp_path: Path) -> None:
    holder = FileHolder(tmp_path / "k")
    holder.write(b"one")
    holder.path.chmod(0o644)
    with pytest.raises(Denied, match="chmod 600"):
        holder.read()


def test_keyrings_of_two_data_folders_are_apart(system_keyring: MemoryKeyring, tmp_path: Path) -> None:
    KeyringHolder("one", tmp_path / "n").write(b"1")
    assert KeyringHolder("other", tmp_path / "n").read() is None
    assert list(system_keyring.kept) == [("junction", "one")]


def test_a_system_without_a_keyring_is_told_what_to_do(tmp_path: Path) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]
    try:
        with pytest.raises(Denied, match=r"crypto\.keyring to false"):
            KeyringHolder("data", tmp_path / "n").read()
    finally:
        keyring.set_keyring(before)


def test_a_setting_is_read_and_never_written() -> None:
    holder = SettingHolder("abc")
    assert (holder.read(), holder.stamp()) == (b"abc", None)
    with pytest.raises(Denied, match=r"crypto\.master_key"):
        holder.write(b"x")
