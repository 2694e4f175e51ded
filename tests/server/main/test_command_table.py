"""The table of commands against what was promised."""

from __future__ import annotations

import pytest

from server.main.command_line import find_handler, parser
from server.main.command_table import COMMANDS, GROUPS, Command

CONTRACT = (
    "serve", "api", "worker", "init", "tenant create", "tenant suspend", "tenant resume", "tenant export", "tenant delete", "user create",
    "user reset-password", "key create", "migrate", "check", "doctor", "backup", "restore", "move", "keys rotate-master", "openapi",
    "legacy enable", "legacy password create",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_has_what_runs_it(command: Command) -> None:
    assert callable(find_handler(command))
    assert command.about[0].islower()


def test_every_promised_command_is_there() -> None:
    assert set(CONTRACT) <= {command.name for command in COMMANDS}


def test_every_group_has_commands_and_every_name_is_there_once() -> None:
    names = [command.name for command in COMMANDS]
    assert len(names) == len(set(names))
    words = [name.split(" ") for name in names]
    assert {" ".join(some[:count]) for some in words for count in range(1, len(some))} == set(GROUPS)


def test_the_help_lists_every_command_and_not_what_only_the_parent_says() -> None:
    shown = parser().format_help()
    for command in COMMANDS:
        assert command.name.partition(" ")[0] in shown
    assert "--child" not in shown
