"""Every code that can leave the appliance is explained, and nothing is explained that cannot."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from server.domain.error_codes import CODES
from tests.house import source

# Codes put together from parts or handed on, which no simple reading of the source finds.
COMPOSED = {"invalid_certificate", "invalid_credentials", "invalid_template", "last_operator", "last_owner"}


def test_every_code_in_the_source_is_explained() -> None:
    assert sorted(used() - set(CODES)) == [], "add a row to server/domain/error_codes.py"


def test_every_explanation_is_of_a_code_in_the_source() -> None:
    assert sorted(set(CODES) - used() - COMPOSED) == [], "take these rows out of server/domain/error_codes.py"


def test_codes_are_snake_case_and_explanations_are_sentences() -> None:
    assert [code for code in CODES if not re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", code)] == []
    assert [code for code, row in CODES.items() if not (row.means.endswith(".") and row.remedy.endswith("."))] == []


def used() -> set[str]:
    """Return the codes that the server's source names: as an argument, a class's attribute, a table's value or a wrong parameter."""
    return {text for module in source.modules("server") for node in ast.walk(module.tree) for place in places(node) for text in texts(place)}


def places(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions of a node that say a code."""
    if isinstance(node, ast.keyword) and node.arg == "code":
        yield node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_Wrong":
        yield node.args[0]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "document" and len(node.args) > 1:
        yield node.args[1]
    elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
        if isinstance(target, ast.Name) and target.id in {"code", "REFUSED"}:
            yield node.value
        elif isinstance(target, ast.Name) and target.id == "_CODES" and isinstance(node.value, ast.Dict):
            yield from node.value.values


def texts(node: ast.expr) -> Iterator[str]:
    """Yield the texts that an expression can come to."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from texts(value)
