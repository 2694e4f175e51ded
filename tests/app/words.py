"""Every text that the console shows: what is handed to `tr` in the code, and what the tables of pages, fields and shortcuts say."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from app.models import columns
from app.pages import appliance, branding, bulk_dialog, deliverability, events, exporting, importing, mail_figures, manifest_forms, overview
from app.pages.table import PAGES
from app.shell import preferences, profile_dialog
from app.shell.shortcuts import SHORTCUTS
from app.system.profiles import ENVIRONMENTS

SHOWN = frozenset({"label", "section", "about", "help", "empty", "done", "says"})
TABLES: tuple[Any, ...] = (
    PAGES,
    SHORTCUTS,
    branding.FIELDS,
    preferences.FIELDS,
    profile_dialog.FIELDS,
    events.COLUMNS,
    deliverability.SOURCES,
    manifest_forms.OPTIONS,
    importing.FILE,
    importing.RULES,
    exporting.WHAT,
    bulk_dialog.REPORT,
    appliance.VERSION,
    appliance.CERTIFICATE,
    mail_figures.GROUPS,
)
WORDS: tuple[Any, ...] = (
    *(overview.PARTS, overview.STATES, ENVIRONMENTS, preferences.THEMES),
    {title: title for title in (*overview.FIGURES, *deliverability.FIGURES, *mail_figures.FIGURES)},
    {step: step for step in (*appliance.UPGRADE, *appliance.TLS, "To another version", "How to encrypt")},
    *(mail_figures.BY, mail_figures.DAYS),
    {word: word.replace("_", " ") for word in columns.TONES},
    {form: form for span in columns._SPANS for form in span[2:4]},
)
# Names of things that are the same in every language.
NAMES = frozenset({"*", "CSV"})


@cache
def texts() -> set[str]:
    """Return all of them."""
    found = {text for path in Path("app").rglob("*.py") for text in spoken(ast.parse(path.read_text(encoding="utf-8")))}
    found |= {text for table in TABLES for text in told(table)}
    found |= {text for words in WORDS for text in words.values()}
    return {text for text in found if any(letter.isalpha() for letter in text)} - NAMES


def spoken(tree: ast.Module) -> Iterator[str]:
    """Yield the texts that code hands to `tr`, both sides of a choice included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tr":
            yield from literals(node.args[0])


def literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def told(thing: Any) -> Iterator[str]:
    """Yield the texts of a table: the shown fields of its dataclasses, and the labels of choices."""
    if isinstance(thing, tuple | list):
        for one in thing:
            yield from told(one)
    elif dataclasses.is_dataclass(thing):
        for field in dataclasses.fields(thing):
            value = getattr(thing, field.name)
            if field.name in SHOWN and isinstance(value, str):
                yield value
            elif field.name == "choices" and isinstance(value, dict):
                yield from value.values()
            elif field.name == "placeholder" and getattr(thing, "kind", "") == "switch":
                yield value
            else:
                yield from told(value)


def buttons() -> set[str]:
    """Return the texts that the code itself puts on buttons."""
    found: set[str] = set()
    for path in Path("app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "QPushButton":
                found |= {text for part in node.args for text in spoken(ast.Module([ast.Expr(part)], []))}
    return found
