"""Exit statuses, and the one line that every refusal is."""

from __future__ import annotations

import argparse

import pytest

from server.domain.errors import Fault, Unprocessable
from server.main import command_line
from server.main.command_table import Command
from tests.server.main import program
from tests.server.main.conftest import Fresh


def test_a_refusal_is_one_line_and_exit_status_1(fresh: Fresh) -> None:
    done = program.run("tenant", "suspend", "Nobody", data=fresh.data)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "junction: There is no tenant 'Nobody'.\n")


def test_a_folder_without_an_appliance_says_how_to_make_one(capsys: pytest.CaptureFixture[str], tmp_path: object) -> None:
    assert command_line.main(["tenant", "create", "A", "--data", f"{tmp_path}/none"]) == 1
    assert "junction init" in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["tenant"], ["tenant", "create"], ["key", "create", "--name", "x"], ["serve", "--worker-threads", "many"]])
def test_wrong_usage_is_exit_status_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command_line.main(words)
    assert ended.value.code == 2
    assert "usage: junction" in capsys.readouterr().err


def test_an_unknown_setting_is_named_with_the_near_one(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("JUNCTION_SERVER__LISTENN", "x")
    assert command_line.main(["check", "--data", f"{tmp_path}"]) == 1
    shown = capsys.readouterr().err
    assert "did you mean JUNCTION_SERVER__LISTEN?" in shown
    assert shown.count("\n") == 1


def test_every_fault_stands_in_the_one_line() -> None:
    error = Unprocessable("This cannot be used.", faults=[Fault("/a/0", "x", "is wrong"), Fault("", "y", "so is this")])
    assert command_line.explain(error) == "This cannot be used: a.0: is wrong; so is this"


def test_no_traceback_reaches_a_user(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(_invocation: object) -> int:
        raise ZeroDivisionError("at the worst moment")

    def find_handler(_command: Command) -> object:
        return fail

    monkeypatch.setattr(command_line, "find_handler", find_handler)
    assert command_line.main(["check"]) == 1
    shown = capsys.readouterr().err
    assert "something went wrong inside (ZeroDivisionError: at the worst moment)" in shown
    assert "Traceback" not in shown


def test_a_file_that_cannot_be_touched_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(_invocation: object) -> int:
        raise PermissionError(13, "Permission denied", "/somewhere/junction")

    monkeypatch.setattr(command_line, "find_handler", lambda _command: fail)
    assert command_line.main(["check"]) == 1
    assert capsys.readouterr().err == "junction: /somewhere/junction: Permission denied\n"


def test_data_and_json_may_stand_before_and_behind_the_command() -> None:
    parser = command_line.parser()
    for words in (["--data", "d", "--json", "check"], ["check", "--data", "d", "--json"]):
        found: argparse.Namespace = parser.parse_args(words)
        assert (found.data, found.json) == ("d", True)
