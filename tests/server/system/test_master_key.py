"""The master key: made once, recovered by its code, rotated while others serve, and never lost on the way."""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from typing import TYPE_CHECKING

import pytest

from server.domain.errors import Conflict, Denied, JunctionError, Missing, Unprocessable
from server.system.crypto import DIGEST_KEY_BYTES, CryptoError, Vault
from server.system.key_holders import FileHolder, KeyringHolder, SettingHolder
from server.system.master_key import MasterKey, locate, parse, recover
from server.system.settings import load

if TYPE_CHECKING:
    from pathlib import Path

CONTEXT = "webhook.secret/whk_1"
BARE = b64encode(b"m" * 32).decode()


@pytest.fixture
def master(tmp_path: Path) -> MasterKey:
    """Return the place of a key that is not made yet."""
    return locate(load(tmp_path / "data", {}))


def asked_for(master: MasterKey) -> bool:
    """Tell whether the owner still has to type the code back."""
    return not master.confirmed


def test_a_first_start_makes_a_private_key_file_and_shows_a_code(master: MasterKey) -> None:
    assert not master.exists()
    code = master.create()
    assert master.exists()
    path = master.note.parent / "master.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert code.count("-") == 21
    assert code.replace("-", "") not in path.read_text()


def test_a_second_first_start_is_refused_and_changes_nothing(master: MasterKey) -> None:
    master.create()
    before = master.holder.read()
    with pytest.raises(Conflict):
        master.create()
    assert master.holder.read() == before


def test_of_many_first_starts_at_once_one_makes_the_key(master: MasterKey) -> None:
    outcomes: list[str] = []

    def start() -> None:
        try:
            outcomes.append(master.create())
        except Conflict:
            outcomes.append("refused")

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    codes = [outcome for outcome in outcomes if outcome != "refused"]
    assert len(outcomes) == 8
    assert len(codes) == 1
    assert master.confirm(codes[0])


def test_the_keys_are_the_same_at_every_start(master: MasterKey) -> None:
    master.create()
    sealed, digest = master.vault().seal(b"secret", CONTEXT), master.vault().digest("x", "p")
    assert master.vault().open(sealed, CONTEXT) == b"secret"
    assert master.vault().digest("x", "p") == digest


def test_no_two_installations_share_a_key(tmp_path: Path) -> None:
    one, other = (locate(load(tmp_path / name, {})) for name in ("one", "other"))
    assert one.create() != other.create()
    assert one.vault().digest("x", "p") != other.vault().digest("x", "p")


def test_without_a_key_nothing_starts_and_the_remedy_is_named(master: MasterKey) -> None:
    with pytest.raises(Missing, match="recovery code") as missing:
        master.vault()
    assert missing.value.stable_code == "master_key_missing"


def test_a_lost_key_file_comes_back_from_its_code_with_everything_it_protected(master: MasterKey) -> None:
    code = master.create()
    vault = master.vault()
    sealed, digest = vault.seal(b"secret", CONTEXT), vault.digest("x", "p")
    path = master.note.parent / "master.key"
    path.unlink()
    assert recover(code.lower(), path) == 1
    again = master.vault()
    assert again.open(sealed, CONTEXT) == b"secret"
    assert (again.digest("x", "p"), again.cursor_key) == (digest, vault.cursor_key)
    assert master.confirmed


def test_a_key_file_lost_during_a_rotation_comes_back_from_both_codes(master: MasterKey) -> None:
    first = master.create()
    sealed = master.vault().seal(b"secret", CONTEXT)
    second = master.rotate().recovery_code
    (master.note.parent / "master.key").unlink()
    master.recover(second)
    with pytest.raises(CryptoError, match="enter its recovery code"):
        master.vault().open(sealed, CONTEXT)
    master.recover(first)
    assert master.vault().open(sealed, CONTEXT) == b"secret"
    assert master.keys().current == 2


def test_a_code_of_another_installation_is_refused(tmp_path: Path, master: MasterKey) -> None:
    master.create()
    before = master.holder.read()
    foreign = locate(load(tmp_path / "other", {})).create()
    with pytest.raises(Conflict, match="another installation"):
        master.recover(foreign)
    with pytest.raises(Unprocessable):
        master.recover("nonsense")
    assert master.holder.read() == before


def test_the_code_is_asked_for_until_it_is_typed_back_and_again_after_a_rotation(tmp_path: Path, master: MasterKey) -> None:
    first = master.create()
    assert asked_for(master)
    assert not master.confirm("nonsense")
    assert not master.confirm(locate(load(tmp_path / "other", {})).create())
    assert asked_for(master)
    assert master.confirm(first.replace("-", " ").lower())
    assert not asked_for(master)
    second = master.rotate().recovery_code
    assert asked_for(master)
    assert not master.confirm(first)
    assert master.confirm(second)
    assert not asked_for(master)


def test_a_rotation_keeps_what_was_sealed_and_seals_by_the_new_key(master: MasterKey) -> None:
    master.create()
    before = master.vault()
    sealed, digest = before.seal(b"secret", CONTEXT), before.digest("x", "p")
    assert master.rotate().number == 2
    after = master.vault()
    assert after.open(sealed, CONTEXT) == b"secret"
    assert after.needs_rewrap(sealed)
    moved = after.rewrap(sealed)
    assert master.retire(1) == ""
    last = master.vault()
    assert last.open(moved, CONTEXT) == b"secret"
    assert last.digest("x", "p") == digest
    with pytest.raises(CryptoError):
        last.open(sealed, CONTEXT)


def test_a_rotation_in_one_process_reaches_the_vault_of_another(master: MasterKey) -> None:
    master.create()
    serving = master.vault()
    master.rotate()
    fresh = master.vault().seal(b"secret", CONTEXT)
    assert serving.open(fresh, CONTEXT) == b"secret"
    assert serving.current == 2


def test_the_current_key_cannot_be_retired(master: MasterKey) -> None:
    master.create()
    with pytest.raises(Conflict, match="rotate first"):
        master.retire(1)


def test_rotations_at_once_lose_no_key(master: MasterKey) -> None:
    master.create()
    numbers: list[int] = []
    threads = [threading.Thread(target=lambda: numbers.append(master.rotate().number)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == [2, 3, 4, 5, 6, 7]
    assert set(master.keys().masters) == {1, 2, 3, 4, 5, 6, 7}


def test_a_rotation_that_cannot_be_written_leaves_the_old_keys(master: MasterKey, monkeypatch: pytest.MonkeyPatch) -> None:
    master.create()
    before = master.holder.read()

    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="No space"):
        master.rotate()
    assert master.holder.read() == before


def test_the_setting_goes_over_the_keyring_and_that_over_the_file(tmp_path: Path) -> None:
    kinds = [
        type(locate(load(tmp_path, {}, overrides)).holder)
        for overrides in ({"crypto.master_key": BARE, "crypto.keyring": True}, {"crypto.keyring": True}, {})
    ]
    assert kinds == [SettingHolder, KeyringHolder, FileHolder]


def test_a_bare_key_in_a_setting_serves_every_host_alike(tmp_path: Path) -> None:
    one, other = (locate(load(tmp_path / name, {}, {"crypto.master_key": BARE})) for name in ("one", "other"))
    assert other.vault().open(one.vault().seal(b"secret", CONTEXT), CONTEXT) == b"secret"
    assert one.vault().digest("x", "p") == other.vault().digest("x", "p") == Vault({1: b"m" * 32}, 1).digest("x", "p")
    assert one.confirmed
    with pytest.raises(Denied):
        one.create()


def test_a_key_from_a_setting_is_rotated_by_changing_the_setting(tmp_path: Path) -> None:
    tmp_path.joinpath("data").mkdir()
    before = locate(load(tmp_path / "data", {}, {"crypto.master_key": BARE}))
    sealed, digest = before.vault().seal(b"secret", CONTEXT), before.vault().digest("x", "p")
    both = locate(load(tmp_path / "data", {}, {"crypto.master_key": before.rotate().setting}))
    assert both.vault().current == 2
    moved = both.vault().rewrap(sealed)
    new = locate(load(tmp_path / "data", {}, {"crypto.master_key": both.retire(1)}))
    assert new.vault().open(moved, CONTEXT) == b"secret"
    assert new.vault().digest("x", "p") == digest


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"{",
        b"{}",
        b"[1]",
        b"AAAA",
        b'{"format": 2}',
        b'{"format": 1, "current": 1, "keys": {"1": "AAAA"}, "digest_key": ""}',
        b'{"format": 1, "current": 1, "keys": 3, "digest_key": ""}',
    ],
)
def test_what_is_no_key_is_refused_with_its_place_and_without_quoting_it(document: bytes) -> None:
    with pytest.raises(Unprocessable, match=r"/data/master\.key") as refused:
        parse(document, "/data/master.key")
    assert refused.value.stable_code == "master_key_unreadable"
    assert refused.value.__cause__ is None


def test_a_digest_key_that_was_changed_in_the_file_is_noticed(master: MasterKey) -> None:
    master.create()
    document = json.loads(master.holder.read() or b"")
    document["digest_key"] = b64encode(Vault({1: b"x" * 32}, 1).seal(b"y" * 16, "junction.digest-key")).decode()
    with pytest.raises(JunctionError):
        parse(json.dumps(document).encode(), "here")
    assert len(master.keys().digest) == DIGEST_KEY_BYTES


def test_a_key_file_that_was_brought_along_is_asked_about_as_well(master: MasterKey) -> None:
    master.create()
    master.note.unlink()
    assert asked_for(master)
    master.rotate()
    assert asked_for(master)
