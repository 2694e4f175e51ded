"""The module that `python -m server` runs."""

from __future__ import annotations

from tests.server.main import program


def test_the_module_runs_the_command_line_and_hands_its_exit_status_on() -> None:
    assert program.run("--help").returncode == 0
    assert program.run("no-such-command").returncode == 2
