"""`junction connector`."""

from __future__ import annotations

from pathlib import Path

from tests.server.main import program
from tests.server.main.conftest import Fresh
from tests.server.outbound.test_catalogue import MANIFEST


def folder(tmp_path: Path, key: str = "acme") -> Path:
    made = tmp_path / key
    made.mkdir()
    (made / "manifest.toml").write_text(MANIFEST.format(key=key, version="1.0.0"))
    return made


def test_a_folder_is_installed_listed_and_removed(fresh: Fresh, tmp_path: Path) -> None:
    made = program.answer("connector", "install", str(folder(tmp_path)), data=fresh.data)
    assert (made["id"], made["signed_by"]) == ("acme@1.0.0", None)
    assert [one["id"] for one in program.answer("connector", "list", data=fresh.data)] == ["acme@1.0.0"]
    assert program.answer("connector", "remove", "acme@1.0.0", data=fresh.data)["deleted"] is True
    assert program.answer("connector", "list", data=fresh.data) == []


def test_code_without_a_signature_is_refused_in_one_line(fresh: Fresh, tmp_path: Path) -> None:
    made = folder(tmp_path)
    (made / "connector.py").write_text("raise SystemExit('it ran')\n")
    refused = program.run("connector", "install", str(made), data=fresh.data)
    assert refused.returncode == 1
    assert "not signed" in refused.stderr
    assert "it ran" not in refused.stderr + refused.stdout
    assert program.run("connector", "install", str(tmp_path / "nowhere"), data=fresh.data).returncode == 1
