"""`junction import` asks, imports in the foreground, shows how far it is, and says what became of the rows."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from server.domain.actor import system_actor
from server.main import appliance
from server.main.commands.importing import progress_line
from server.services import imports, setup, tenants
from server.services.tenants import NewTenant
from server.store import database
from server.system import settings
from tests.pace import until
from tests.server.services.exchange.messy import write_messy

TABLE = "Vorname;E-Mail;Umsatz\nAda;ada@x.io;1\nAlan;nobody;2\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return the folder of an appliance with the tenant Acme."""
    folder = tmp_path / "data"
    setup.first_start(settings.load(folder, environ={}), "operator@example.com", "correct horse battery staple")
    database.close()
    appliance.open_appliance(settings.load(folder, environ={}))
    tenants.create(system_actor(""), NewTenant(name="Acme"), "standard")
    database.close()
    return folder


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(TABLE)
    return path


def command(home: Path, path: Path, *words: str) -> list[str]:
    whole = [sys.executable, "-m", "server", "import", str(path), "--tenant", "Acme", "--resource", "contacts", "--data", str(home)]
    return [*whole, *words]


def run(home: Path, path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(home, path, *words), capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL)


def contacts() -> int:
    found = database.row("SELECT COUNT(*) FROM contacts")
    database.close()
    return int(found[0]) if found else 0


def test_an_import_is_taken_back_once(home: Path, table: Path) -> None:
    import_id = json.loads(run(home, table, "--yes", "--json").stdout)["id"]
    words = [sys.executable, "-m", "server", "undo-import", import_id, "--tenant", "Acme", "--data", str(home)]
    done, again = (subprocess.run(words, capture_output=True, text=True, timeout=60, check=False) for _ in range(2))
    assert (done.returncode, done.stderr) == (0, "")
    assert "is completed: 1 deleted, 0 restored, 0 kept, 0 gone." in done.stdout
    assert (again.returncode, again.stderr) == (1, "junction: This import is undone already.\n")


def test_a_file_is_imported_and_its_refused_rows_lie_beside_it(home: Path, table: Path) -> None:
    done = run(home, table, "--yes", "--errors")
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 rows; 1 created, 0 updated, 0 unchanged, 0 skipped, 1 refused." in done.stdout
    assert "not an email address" in (table.parent / "people.csv.errors.csv").read_text("utf-8-sig")
    assert contacts() == 1
    assert table.exists()


def test_the_answer_for_programs_is_the_import(home: Path, table: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.json"
    mapping.write_text('{"E-Mail": "email"}')
    words = ("--yes", "--json", "--mapping", str(mapping), "--match", "email", "--test", "--errors", str(tmp_path / "bad.csv"))
    found: dict[str, Any] = json.loads(run(home, table, *words).stdout)
    assert (found["counts"]["created"], found["mapping"], found["errors_file"]) == (1, {"E-Mail": "email"}, str(tmp_path / "bad.csv"))
    assert [row[0] for row in database.rows("SELECT mode FROM contacts")] == ["test"]


def test_a_dry_run_asks_nothing_and_writes_nothing(home: Path, table: Path) -> None:
    done = run(home, table, "--dry-run", "--match", "none")
    assert done.returncode == 0
    assert "1 would be created" in done.stdout
    assert contacts() == 0


def test_nobody_who_could_be_asked_means_no_import(home: Path, table: Path) -> None:
    done = run(home, table)
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert contacts() == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--yes", "--delimiter", "ab"), "delimiter"),
        (("--yes", "--match", "name"), "cannot be matched"),
        (("--yes", "--mapping", "/nowhere"), "nowhere"),
        (("--yes", "--tenant", "Nobody"), "Nobody"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(home: Path, table: Path, words: tuple[str, ...], said: str) -> None:
    done = run(home, table, *words)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert said in done.stderr
    assert list((home / "files").rglob("*/*.source")) == []


def on_terminal(home: Path, path: Path, answer: bytes) -> tuple[int, str]:
    """Run the command on a terminal, answer its question, and return its status and all it showed."""
    child, descriptor = pty.fork()
    if child == 0:
        os.execv(sys.executable, command(home, path))  # noqa: S606 - our own program, on a terminal of its own
    os.write(descriptor, answer)
    shown = b""
    try:
        while piece := os.read(descriptor, 65_536):
            shown += piece
    except OSError:
        pass  # how Linux says that the other end of a terminal is closed
    os.close(descriptor)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown.decode()


@pytest.mark.parametrize(("answer", "status", "made"), [(b"y\n", 0, 1), (b"n\n", 1, 0)])
def test_a_person_sees_the_mapping_and_decides(home: Path, table: Path, answer: bytes, status: int, made: int) -> None:
    ended, shown = on_terminal(home, table, answer)
    assert ended == status, shown
    assert "E-Mail" in shown
    assert "(left out)" in shown
    assert contacts() == made


def test_an_interrupted_import_keeps_what_is_done_and_says_so(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "messy.csv"
    write_messy(path, 20_000)
    with subprocess.Popen(command(home, path, "--yes", "--json", "--create-companies"), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        until(lambda: contacts() >= 500)
        child.send_signal(signal.SIGINT)
        out, _ = child.communicate(timeout=60)
    found = json.loads(out)
    assert (child.returncode, found["state"]) == (1, "cancelled")
    assert found["counts"]["created"] == contacts()
    tenant = tenants.find("Acme")["id"]
    assert imports.get(system_actor(tenant), found["id"])["state"] == "cancelled"
    database.close()


def test_progress_shows_a_bar_and_the_time_left_where_it_can_be_known() -> None:
    assert progress_line(0, None, 0.0) == "0 rows  0/s"
    assert progress_line(5_000, None, 2.0) == "5,000 rows  2,500/s"
    assert progress_line(25_000, 100_000, 10.0) == "[######..................]  25 %  25,000 of 100,000 rows  2,500/s  30 s left"
    assert progress_line(0, 100, 1.0).endswith("0 of 100 rows  0/s")
