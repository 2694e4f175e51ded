"""`junction console`: the console takes the place of the command, with what it was told."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

import pytest

from server.domain.errors import Unprocessable
from server.main.commands import console
from server.main.invocation import Invocation


def called(screenshots: str | None, brand: str | None) -> Invocation:
    return Invocation(argparse.Namespace(screenshots=screenshots, brand=brand))


@pytest.mark.parametrize(
    ("screenshots", "brand", "arguments"),
    [(None, None, []), ("pictures", None, ["--screenshots", "pictures"]), ("pictures", "mine", ["--screenshots", "pictures", "--brand", "mine"])],
)
def test_the_console_is_started_in_the_commands_place(
    monkeypatch: pytest.MonkeyPatch, screenshots: str | None, brand: str | None, arguments: list[str]
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda _, command: started.append(command))
    monkeypatch.setattr(subprocess, "call", lambda _: 0)
    console.open_console(called(screenshots, brand))
    assert started == [[sys.executable, "-m", "app", *arguments]]


def test_a_machine_without_qt_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "find_spec", lambda _: None)
    with pytest.raises(Unprocessable, match="console"):
        console.open_console(called(None, None))
