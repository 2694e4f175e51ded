"""`junction new-connector` writes the folders and says what to do next; what is refused is one clear line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]
ACME = ROOT / "tests" / "connectors" / "sdk" / "drafts" / "acme.json"


def junction(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "server", "new-connector", *words, "--project", str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_folder_is_written_and_a_second_time_refused(tmp_path: Path) -> None:
    (tmp_path / "connectors" / "catalog").mkdir(parents=True)
    first = junction("acme", "--spec", str(ACME), "--json", folder=tmp_path)
    assert first.returncode == 0, first.stderr
    said = json.loads(first.stdout)
    assert said["key"] == "acme"
    assert all((tmp_path / file).exists() for file in said["files"])
    again = junction("acme", "--spec", str(ACME), folder=tmp_path)
    assert again.returncode == 1
    assert "there already" in again.stderr
    assert "Traceback" not in again.stderr


def test_without_a_description_it_is_used_wrongly(tmp_path: Path) -> None:
    assert junction("acme", folder=tmp_path).returncode == 2


def test_the_app_definition_is_printed_without_an_appliance() -> None:
    printed = subprocess.run([sys.executable, "-m", "server", "zapier-app"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "contact_created" in json.loads(printed.stdout)["triggers"]
