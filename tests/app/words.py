"""Every text that the console shows: what is handed to `tr` in the code, and what the tables of pages, fields and shortcuts say."""

from __future__ import annotations

import ast
import dataclasses
import json
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from app.client.errors import Problem, Refused
from app.models import columns, failures
from app.pages import (
    appliance,
    arrivals,
    branding,
    bulk_dialog,
    conditions,
    declared,
    deliverability,
    duplicates,
    events,
    exporting,
    importing,
    job_panel,
    keys,
    mail_figures,
    manifest_forms,
    overview,
    querying,
    refusals,
    reports,
    sandbox,
    scans,
    signing,
    streams,
    upload_dialog,
)
from app.pages.table import PAGES
from app.shell import account, preferences, profile_dialog
from app.shell.shortcuts import SHORTCUTS
from app.system import heard, news
from app.system.languages import LANGUAGES
from app.system.profiles import ENVIRONMENTS
from server.domain import events as server_events
from server.domain import problems
from server.system import settings_table
from server.system.setting_kinds import kind_of
from tests.house import source

CODED = frozenset({"Unreachable", "Untrusted", "Cancelled", "Problem"})
SHOWN = frozenset({"label", "section", "about", "help", "empty", "done", "says", "part", "void"})
TABLES: tuple[Any, ...] = (
    PAGES,
    SHORTCUTS,
    branding.FIELDS,
    preferences.FIELDS,
    profile_dialog.FIELDS,
    account.PASSWORD,
    account.REMOVAL,
    events.COLUMNS,
    deliverability.SOURCES,
    manifest_forms.OPTIONS,
    importing.FILE,
    importing.RULES,
    exporting.WHAT,
    bulk_dialog.REPORT,
    appliance.VERSION,
    appliance.CERTIFICATE,
    appliance.PARTS,
    keys.OPEN,
    signing.ENABLED,
    reports.DAILY_FIELDS,
    reports.OWN,
    mail_figures.GROUPS,
    querying.NAME,
    querying.QUESTION,
    tuple(conditions.WAYS.values()),
    (arrivals.REJECTED, arrivals.SUSPECTED, arrivals.TRUSTED),
    (declared.MASKED,),
    (sandbox.FACTS, sandbox.FORWARD, sandbox.ANEW),
    upload_dialog.FILE,
    upload_dialog.ABOUT,
)


def refused_without_words() -> str:
    """Return what a refusal says that came without a document."""
    return Refused(Problem(500)).words


def asked_for() -> Iterator[str]:
    """Yield what the forms of the connectors in the catalogue ask for, as their manifests say it."""
    for path in Path("connectors/catalog").glob("*/manifest.toml"):
        for name, rules in tomllib.loads(path.read_text(encoding="utf-8")).get("config", {}).get("properties", {}).items():
            yield from (rules.get("title", name), rules.get("description", ""))


WORDS: tuple[Any, ...] = (
    *(overview.PARTS, overview.STATES, ENVIRONMENTS, preferences.THEMES),
    {title: title for title in (*overview.FIGURES, *deliverability.FIGURES, *mail_figures.FIGURES)},
    {step: step for step in (*appliance.UPGRADE, *appliance.TLS, *sandbox.ABOUT, "To another version", "How to encrypt", "What it is for")},
    *(mail_figures.BY, mail_figures.DAYS),
    *(duplicates.REASONS, sandbox.STATES, scans.SCANS, streams.EVERYBODY),
    {word: word.replace("_", " ") for word in columns.TONES},
    job_panel.FIGURES,
    {form: form for span in columns._SPANS for form in span[2:4]},
    {period: period for period in ("second", "minute", "hour", "day")},
    # Where a setting comes from, and what an event is about.
    {source: source for source in ("default", "command line")},
    {noun: noun.replace("_", " ") for noun in (name.partition(".")[0] for name in server_events.catalogue())},
    refusals.CODES,
    refusals.FAULTS,
    failures.FAILURES,
    refusals.EXPLAINED,
    # What settings and events mean, and what a refusal without details is called.
    {text: text for section in settings_table.SECTIONS.values() for text in (kind_of(one).about for one in dataclasses.fields(section))},
    {kind.summary: kind.summary for kind in server_events.catalogue().values()},
    {title: title for title in problems.TITLES.values()},
    {text: text for text in asked_for()},
    {sentence: sentence for sentence in heard.SENTENCES},
    {text: text for one in news.read() for text in (one.title, one.about)},
    {words: words for words in (*refusals.KINDS.values(), refused_without_words())},
)
# Names of things that are the same in every language.
NAMES = frozenset(
    {"*", "CRM", "CSV", "DMARC", "Excel", "HTML", "MJML", "Message-ID", "OAuth", "PDF", "STARTTLS", "TLS", "XML", "bearer", "srv record"}
    | {"DELETE", "GET", "PATCH", "POST", "PUT"}
    | {name for name, _ in LANGUAGES.values()}
)


@cache
def texts() -> set[str]:
    """Return all of them."""
    found = {text for module in source.modules("app") for text in spoken(module.tree)}
    found |= {text for table in TABLES for text in told(table)}
    found |= {text for words in WORDS for text in words.values()}
    found |= {word.replace("_", " ") for word in enumerated() - columns.ACRONYMS}
    return {text for text in found if any(letter.isalpha() for letter in text)} - NAMES


def spoken(tree: ast.Module) -> Iterator[str]:
    """Yield the texts that code hands to `tr`, both sides of a choice included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == "tr" or (node.func.id in CODED and node.args):
                yield from literals(node.args[0])
            if node.func.id == "Problem":
                yield from (text for keyword in node.keywords if keyword.arg == "detail" for text in literals(keyword.value))


def literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def numbered() -> set[tuple[str, str]]:
    """Return the texts that have a form for each number: one, and many."""
    calls = (node for module in source.modules("app") for node in ast.walk(module.tree))
    return {
        (ast.literal_eval(node.args[0]), ast.literal_eval(node.args[1]))
        for node in calls
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "trn"
    }


def enumerated() -> set[str]:
    """Return the words that the appliance's answers may hold where a page shows a badge, as its own description lists them."""
    keys = {column.key.rpartition(".")[2] for column in badges(PAGES)}
    found: set[str] = set()

    def walk(node: Any, name: str = "") -> None:
        if isinstance(node, dict):
            if name in keys:
                found.update(word for word in (*node.get("enum", ()), node.get("const")) if isinstance(word, str))
            for key, inner in node.items():
                for one, rules in inner.items() if key == "properties" and isinstance(inner, dict) else ():
                    walk(rules, one)
                walk(inner, name if key in {"anyOf", "oneOf", "allOf", "items"} else "")
        elif isinstance(node, list):
            for inner in node:
                walk(inner, name)

    walk(json.loads(Path("resources/openapi.json").read_text(encoding="utf-8")))
    return found


def badges(thing: Any) -> Iterator[columns.Column]:
    """Yield the columns of a table that show a badge."""
    if isinstance(thing, columns.Column):
        if thing.kind == "badge":
            yield thing
    elif isinstance(thing, tuple | list):
        for one in thing:
            yield from badges(one)
    elif dataclasses.is_dataclass(thing):
        for field in dataclasses.fields(thing):
            yield from badges(getattr(thing, field.name))


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
