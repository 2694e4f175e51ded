"""The vault: it opens with its passphrase alone, and its file gives nothing away."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from app.system.vault import Vault, WrongPassphrase


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a vault lies that holds one secret."""
    found = tmp_path / "vault.json"
    Vault(found, "correct horse").put("profile", "canary-4711")
    return found


@pytest.mark.criterion("desktop-11")
def test_the_passphrase_opens_it_and_no_other_does(path: Path) -> None:
    assert Vault(path, "correct horse").get("profile") == "canary-4711"
    with pytest.raises(WrongPassphrase):
        Vault(path, "wrong horse")


@pytest.mark.criterion("desktop-11")
def test_the_file_is_its_owners_and_holds_no_secret_in_the_clear(path: Path) -> None:
    assert "canary-4711" not in path.read_text(encoding="utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_secret_moved_to_another_name_is_refused(path: Path) -> None:
    kept = json.loads(path.read_text(encoding="utf-8"))
    kept["sealed"]["other"] = kept["sealed"]["profile"]
    path.write_text(json.dumps(kept), encoding="utf-8")
    with pytest.raises(WrongPassphrase):
        Vault(path, "correct horse").get("other")


def test_what_was_removed_is_gone(path: Path) -> None:
    vault = Vault(path, "correct horse")
    vault.remove("profile")
    assert Vault(path, "correct horse").get("profile") is None
