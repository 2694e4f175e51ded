"""What the appliance says in English is known to the console, word for word, and said in the user's language with what it names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.client.api import Api
from app.main.demonstration import Demonstration
from app.system.heard import SENTENCES, heard
from app.system.languages import tr, use
from tests.house import source

# Where the appliance makes these sentences, what wraps them there, and which of the arguments they are.
SOURCES = {"server/services/components.py": ("Component", 2), "server/domain/mail/checks.py": ("Finding", 2)}
# Put together from several, or quoting somebody else: these are shown as they came.
PUT_TOGETHER = {
    "The certificate {}.",
    "Receivers are asked to {} what is not yours.{}",
    "Senders are told to {} TLS.",
    "The policy does not name {}; senders refuse to deliver there.",
}
QUOTED = {"Nobody could say what {} is called: {}", "{} is not pinned, the other mail hosts are."}


@pytest.fixture(scope="module")
def operator(demonstration: Demonstration) -> Api:
    """Return a real appliance, seen from the demo tenant."""
    return demonstration.api.inside(demonstration.tenant_id)


@pytest.mark.parametrize("language", ["de", "fr", "es", "ar"])
def test_a_sentence_is_said_in_the_users_language_with_what_it_names(language: str) -> None:
    use(language)
    assert heard("SQLite answers.") == tr("{kind} answers.", kind="SQLite") != "SQLite answers."
    said = heard("No sign of life for over 30 s from: alpha, beta.")
    assert "alpha, beta" in said
    assert "sign of life" not in said


@pytest.mark.parametrize("language", ["de", "fr", "es", "ar"])
def test_what_every_setting_and_every_event_means_is_said_in_the_users_language(language: str, operator: Api) -> None:
    use(language)
    helps = [row["help"] for row in operator.page("/admin/v1/settings").rows]
    summaries = [row["summary"] for row in operator.page("/event-types").rows]
    assert (len(helps) > 90, len(summaries) > 90) == (True, True)
    assert [said for said in (*helps, *summaries) if heard(said) == said] == []


def test_what_nobody_knows_is_shown_as_it_came_and_english_is_left_alone() -> None:
    assert heard("SQLite answers.") == "SQLite answers."
    use("de")
    assert heard("The moon is full.") == "The moon is full."


def test_every_sentence_of_the_health_report_and_of_a_domains_checks_is_known() -> None:
    known = {re.sub(r"\{\w+\}", "{}", sentence) for sentence in SENTENCES}
    made = {sentence for path, (name, place) in SOURCES.items() for sentence in sentences(Path(path), name, place)}
    assert len(made) > 40
    assert sorted(made - known - PUT_TOGETHER - QUOTED) == []
    assert sorted((PUT_TOGETHER | QUOTED) - made) == []
    assert sorted(known - written()) == []


def sentences(path: Path, name: str, place: int) -> Iterator[str]:
    """Yield what is handed over at one place of the calls of a name, with `{}` for what is filled in."""
    for node in ast.walk(source.parsed(path).tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name and len(node.args) > place:
            yield from (words for words in whole(node.args[place]) if words.count(" ") > 1)


def whole(node: ast.expr) -> Iterator[str]:
    """Yield the texts of an expression: both sides of a choice, and no part of a text that is put together."""
    if isinstance(node, ast.IfExp):
        yield from (*whole(node.body), *whole(node.orelse))
    elif isinstance(node, ast.BoolOp):
        yield from (text for value in node.values for text in whole(value))
    else:
        yield spelt(node)


def written() -> set[str]:
    """Return every text in the sources."""
    return {spelt(node) for path in SOURCES for node in ast.walk(source.parsed(Path(path)).tree)} | {
        "The certificate has ended.",
        "The certificate ends in {} days.",
    }


def spelt(node: ast.AST) -> str:
    """Return a text as it is written, with `{}` for what is filled in."""
    if isinstance(node, ast.JoinedStr):
        return "".join(spelt(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return "{}"
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
