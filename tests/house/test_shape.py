"""Small files of small functions, each file opening with the sentence that says what lives in it."""

from __future__ import annotations

import ast
from statistics import median, quantiles

from tests.house import source

MOST_STATEMENTS = 40
MOST_LINES = 500
FEW_LINES = 350
# Files that are one table of data may be longer than MOST_LINES. Path: reason.
LONG_TABLES: dict[str, str] = {}


def test_every_module_says_what_lives_in_it() -> None:
    silent = [
        str(module.path) for module in source.modules(*source.PACKAGES, "tests", "packaging") if module.lines and not ast.get_docstring(module.tree)
    ]
    assert silent == []


def test_no_function_has_more_than_forty_statements() -> None:
    long = [
        f"{module.path}:{function.lineno} {function.name}: {source.statements(function)} statements"
        for module in source.modules(*source.PACKAGES, "tests", "packaging")
        for function in module.functions
        if source.statements(function) > MOST_STATEMENTS
    ]
    assert long == []


def test_the_median_function_is_short_and_nine_in_ten_fit_on_a_screen() -> None:
    lengths = [source.length(function) for module in source.modules(*source.PACKAGES) for function in module.functions]
    assert median(lengths) <= 7
    assert quantiles(lengths, n=10)[-1] <= 25


def test_no_file_has_more_than_five_hundred_lines() -> None:
    long = {str(module.path): module.lines for module in source.modules(*source.PACKAGES, "tests", "packaging") if module.lines > MOST_LINES}
    assert {path: lines for path, lines in long.items() if path not in LONG_TABLES} == {}
    assert [path for path in LONG_TABLES if path not in long] == [], "these need no exception any more"


def test_nine_files_in_ten_stay_under_three_hundred_and_fifty_lines() -> None:
    lines = [module.lines for module in source.modules(*source.PACKAGES, "tests")]
    assert quantiles(lines, n=10)[-1] < FEW_LINES
