"""The project's own files as the rules of the house see them: what git tracks, parsed once."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
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
def tracked() -> tuple[Path, ...]:
    """Return the files that git tracks or would track, relative to the root, without those that are deleted."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True)
    return tuple(sorted(path for path in map(Path, listed.stdout.splitlines()) if (ROOT / path).is_file()))


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Return the Python files of these top-level folders."""
    return tuple(parsed(path) for path in tracked() if path.suffix == ".py" and path.parts[0] in folders)


@cache
def parsed(path: Path) -> Module:
    """Return one file, parsed."""
    text = (ROOT / path).read_text(encoding="utf-8")
    return Module(path, ast.parse(text), text.count("\n"))


def statements(function: Function) -> int:
    """Return the number of statements in a function, its docstring not counted."""
    inside = [node for node in ast.walk(function) if isinstance(node, ast.stmt) and node is not function]
    return len(inside) - (ast.get_docstring(function) is not None)


def length(function: Function) -> int:
    """Return the number of lines from `def` to the end."""
    return (function.end_lineno or function.lineno) - function.lineno + 1
