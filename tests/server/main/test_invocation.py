"""One call of a command."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import pytest

from server.domain.errors import Unprocessable
from server.main.invocation import Invocation, columns, read_secret


def test_options_are_laid_over_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUNCTION_SERVER__LISTEN", "127.0.0.1:1")
    call = Invocation(Namespace(data=str(tmp_path), listen="127.0.0.1:2", worker_threads=7))
    assert (call.settings.server.port, call.settings.worker.threads) == (2, 7)
    assert call.listening_on("127.0.0.1:3").server.public_url == "http://127.0.0.1:3"


def test_json_is_for_programs_and_lines_are_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    Invocation(Namespace()).answer({"a": 1}, ["one", "two"])
    Invocation(Namespace(json=True)).answer({"a": 1}, ["one", "two"])
    Invocation(Namespace()).answer({"a": 1})
    assert capsys.readouterr().out == 'one\ntwo\n{"a": 1}\n{"a": 1}\n'


def test_progress_leaves_no_mark_where_no_terminal_is(capsys: pytest.CaptureFixture[str]) -> None:
    call = Invocation(Namespace())
    call.progress("half")
    call.settled()
    assert capsys.readouterr().err == ""


def test_an_argument_that_no_option_declares_is_our_own_mistake() -> None:
    with pytest.raises(AttributeError, match="declares no argument 'colour'"):
        _ = Invocation(Namespace()).colour


def test_a_secret_is_the_first_line_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "one").write_text("secret\nnote\n")
    (tmp_path / "none").write_text("\n")
    assert read_secret(str(tmp_path / "one"), "password") == "secret"
    for name, words in (("none", "is empty"), ("missing", "cannot be read")):
        with pytest.raises(Unprocessable, match=words):
            read_secret(str(tmp_path / name), "password")


def test_columns_stand_under_one_another() -> None:
    assert columns([("a", "bb", ""), ("ccc", "d", "e")]) == ["a    bb", "ccc  d   e"]
