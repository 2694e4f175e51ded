"""The project's own files as the rules of the house see them: walked and parsed once."""

from __future__ import annotations

import ast
import gc
import os
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("app", "connectors", "server")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One Python file; `path` is relative to the root."""

    path: Path
    tree: ast.Module
    lines: int

    @property
    def functions(self) -> Iterator[Function]:
        """Yield every function and method."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))


@cache
def files() -> tuple[Path, ...]:
    """Return the project's files relative to the root: all that .gitignore does not name. Git itself need not be there."""
    ignored = [".git", *(line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines() if line)]
    found: list[Path] = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if not any(fnmatch(name, pattern) for pattern in ignored)]
        found += (Path(folder, name).relative_to(ROOT) for name in names if not any(fnmatch(name, pattern) for pattern in ignored))
    return tuple(sorted(found))


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Return the Python files of these top-level folders."""
    return tuple(parsed(path) for path in files() if path.suffix == ".py" and path.parts[0] in folders)


def parse(text: str) -> ast.Module:
    """Parse Python while no garbage is collected: up to Python 3.11.7 a thread that parses meanwhile breaks both (gh-106905)."""
    gc.disable()
    try:
        return ast.parse(text)
    finally:
        gc.enable()


@cache
def parsed(path: Path) -> Module:
    """Return one file, parsed."""
    text = (ROOT / path).read_text(encoding="utf-8")
    return Module(path, parse(text), text.count("\n"))


def statements(function: Function) -> int:
    """Return the number of statements in a function, its docstring not counted."""
    inside = [node for node in ast.walk(function) if isinstance(node, ast.stmt) and node is not function]
    return len(inside) - (ast.get_docstring(function) is not None)


def length(function: Function) -> int:
    """Return the number of lines from `def` to the end."""
    return (function.end_lineno or function.lineno) - function.lineno + 1
