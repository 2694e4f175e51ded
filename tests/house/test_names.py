"""Names say what a thing is: no grab-bag words, and one noun has one file stem in every layer."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

from tests.house import source

# What Qt asks a model for; the name is Qt's.
OF_QT = {"data"}
BANNED = {"base", "common", "core", "data", "helper", "helpers", "info", "manager", "misc", "util", "utils"}
LAYERS = (Path("server/store"), Path("server/services"), Path("server/web/handlers"))


def test_no_file_or_folder_is_a_grab_bag() -> None:
    stems = [(path, part) for path in source.files() if path.suffix == ".py" for part in (*path.parent.parts, path.stem)]
    assert [str(path) for path, part in stems if words(part) & BANNED] == []


def test_no_class_or_function_is_named_after_nothing() -> None:
    named = [
        f"{module.path}:{node.lineno} {node.name}"
        for module in source.modules(*source.PACKAGES, "tests")
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.ClassDef) and words(node.name) & BANNED)
        or (isinstance(node, source.Function) and node.name.strip("_") in BANNED - (OF_QT if "app" in module.path.parts else set()))
    ]
    assert named == []


def test_a_noun_has_the_same_file_stem_in_store_services_and_handlers() -> None:
    spellings: dict[str, set[str]] = defaultdict(set)
    for path in source.files():
        if path.suffix == ".py" and path.parent in LAYERS and path.stem != "__init__":
            spellings[singular(path.stem)].add(path.stem)
    assert [sorted(stems) for stems in spellings.values() if len(stems) > 1] == []


def words(name: str) -> set[str]:
    """Return the words of a snake_case or CamelCase name, in lower case."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def singular(stem: str) -> str:
    """Return a form that is equal for the singular and the plural of a noun."""
    return re.sub(r"ies$", "y", stem).removesuffix("s")
