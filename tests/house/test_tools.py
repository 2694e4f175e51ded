"""The tools' own settings: what ruff is told to overlook has its reason on the line, and make explains every task."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.house import source

TASKS = ["serve", "test", "console", "check", "bench", "chaos", "attack", "package", "proof", "release", "lock", "help"]


def test_every_ignored_rule_has_its_reason_on_the_line() -> None:
    text = (source.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    section = text[text.index("[tool.ruff.lint]") : text.index("[tool.ruff.lint.pylint]")]
    codes = [line for line in section.splitlines() if re.match(r'\s+"[A-Z]+\d*"', line)]
    assert len(codes) == len(re.findall(r'"[A-Z]+\d*"', section)) - len(re.findall(r'"ALL"', section)), "one code per line"
    assert [line for line in codes if not re.search(r'", # \w.{5,}', line)] == []


@pytest.mark.parametrize("task", TASKS)
def test_make_explains(task: str) -> None:
    listed = subprocess.run(["make", "--no-print-directory", "help"], cwd=source.ROOT, capture_output=True, text=True, check=True).stdout
    assert re.search(rf"^  make {task} +\w", listed, re.MULTILINE)


def test_the_judgement_skips_nothing_and_runs_check_and_test() -> None:
    lines = (source.ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert "export JUNCTION_REQUIRE_ALL=1" in lines
    assert [line for line in lines if line.startswith("make ")] == ["make check", "make test"]
