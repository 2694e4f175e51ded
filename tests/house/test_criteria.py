"""How results become the state of a criterion, how a skip becomes a failure, and that nobody shows a criterion that is not there."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from tests import proof
from tests.house import source


@pytest.fixture
def inner(pytester: pytest.Pytester) -> pytest.Pytester:
    """Return an empty project that records and refuses as this one does."""
    pytester.makeconftest("pytest_plugins = ['tests.recording', 'tests.strictness']")
    pytester.makeini("[pytest]\nmarkers = criterion(id): shows it\nasyncio_default_fixture_loop_scope = function")
    return pytester


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [(set(), "uncovered"), ({"skipped"}, "uncovered"), ({"passed"}, "held"), ({"passed", "skipped"}, "held"), ({"passed", "failed"}, "failed")],
)
def test_one_failure_fails_a_criterion_and_a_skip_shows_nothing(outcomes: set[str], state: str) -> None:
    assert proof.state_of(outcomes) == state


def test_a_marked_test_leaves_its_outcome_and_figure(inner: pytest.Pytester) -> None:
    inner.makepyfile("""
        import pytest

        @pytest.mark.criterion("webhooks-1", "api-2")
        def test_held(figure):
            figure("0.71 of the floor")

        @pytest.mark.criterion("api-2")
        def test_broken():
            assert False
    """)
    inner.runpytest_inprocess("--results", "results")
    proofs = proof.judge({"webhooks-1": "One.", "api-2": "Two.", "api-3": "Three."}, proof.read_results(inner.path / "results"))
    assert [(one["id"], one["state"], one["figure"]) for one in proofs] == [
        ("webhooks-1", "held", "0.71 of the floor"),
        ("api-2", "failed", "0.71 of the floor"),
        ("api-3", "uncovered", None),
    ]


def test_only_tests_without_a_result_are_run_and_vanished_ones_are_forgotten(inner: pytest.Pytester) -> None:
    inner.makepyfile("import pytest\n@pytest.mark.criterion('api-1')\ndef test_one(): pass\ndef test_plain(): pass")
    vanished = inner.mkdir("results") / "api-9.0.json"
    vanished.write_text(json.dumps({"criterion": "api-9", "test": "test_gone.py::test_gone", "outcome": "passed", "figures": []}))
    command = ("--results", "results", "--without-result")
    inner.runpytest_inprocess(*command).assert_outcomes(passed=1, deselected=1)
    inner.runpytest_inprocess(*command).assert_outcomes(deselected=2)
    assert not vanished.exists()


def test_what_failed_is_run_again_since_it_may_have_been_mended(inner: pytest.Pytester) -> None:
    file = inner.makepyfile("import pytest\n@pytest.mark.criterion('api-1')\ndef test_one(): assert False")
    command = ("--results", "results", "--without-result")
    inner.runpytest_inprocess(*command).assert_outcomes(failed=1)
    file.write_text(file.read_text().replace("False", "True"))
    inner.runpytest("-p", "no:cacheprovider", *command).assert_outcomes(passed=1)
    assert proof.judge({"api-1": "One."}, proof.read_results(inner.path / "results"))[0]["state"] == "held"


@pytest.mark.parametrize(
    "code",
    [
        "import pytest\ndef test_one(): pytest.skip('no peer')",
        "import pytest\npytest.skip('no peer', allow_module_level=True)",
        "import pytest\n@pytest.fixture\ndef peer(): pytest.skip('no peer')\ndef test_one(peer): pass",
        "import pytest\n@pytest.mark.skipif(True, reason='no peer')\ndef test_one(): pass",
    ],
)
def test_a_skip_is_a_failure_with_its_reason_when_everything_is_required(inner: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    inner.makepyfile(code)
    monkeypatch.setenv("JUNCTION_REQUIRE_ALL", "0")
    assert inner.runpytest_inprocess().ret in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    monkeypatch.setenv("JUNCTION_REQUIRE_ALL", "1")
    strict = inner.runpytest_inprocess()
    assert strict.ret not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    strict.stdout.fnmatch_lines("*JUNCTION_REQUIRE_ALL is set, and this was skipped: *no peer*")


def test_every_criterion_that_a_test_shows_is_in_the_table() -> None:
    known = set(proof.read_criteria())
    unknown = [
        f"{module.path}: {name}" for module in source.modules("tests") for name in criteria_named(module.tree, module.path) if name not in known
    ]
    assert unknown == []


def criteria_named(tree: ast.Module, path: Path) -> list[str]:
    """Return the ids in the criterion marks of a module; code inside strings, as above, is not looked at."""
    marks = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "criterion"]
    names = [argument.value if isinstance(argument, ast.Constant) else None for mark in marks for argument in mark.args]
    assert all(isinstance(name, str) for name in names), f"{path}: a criterion is named by a plain string"
    return [str(name) for name in names]
