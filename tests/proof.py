"""`make proof`: every acceptance criterion with its state and figure, from the last results; what has no result, or failed, is run first.

A criterion is held when every test that shows it passed, failed when one failed, and uncovered when none ran.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, TypedDict

CRITERIA = Path(__file__).parent / "criteria.toml"
RESULTS = Path(__file__).parent.parent / "build" / "results"


class Proof(TypedDict):
    """One criterion as `make proof JSON=1` prints it; figure is None when none was measured."""

    id: str
    sentence: str
    state: str
    figure: str | None


def main() -> None:
    """Run what has no result, and print."""
    run_missing()
    proofs = judge(read_criteria(), read_results(RESULTS))
    print(json.dumps(proofs, indent=1) if "--json" in sys.argv else table(proofs))


def run_missing() -> None:
    """Run the tests that show a criterion and have no result, or failed; their output goes to standard error, as the proof is the answer."""
    command = [sys.executable, "-m", "pytest", "-q", "--without-result", str(Path(__file__).parent)]
    subprocess.run(command, stdout=sys.stderr, check=False)


def read_criteria() -> dict[str, str]:
    """Return the sentence of every criterion by its id, in the order of the file."""
    areas: dict[str, dict[str, str]] = tomllib.loads(CRITERIA.read_text(encoding="utf-8"))
    return {f"{area}-{number}": sentence for area, sentences in areas.items() for number, sentence in sentences.items()}


def read_results(folder: Path) -> list[dict[str, Any]]:
    """Return every kept result."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]


def judge(criteria: dict[str, str], results: list[dict[str, Any]]) -> list[Proof]:
    """Return each criterion with its state and figures."""
    shown: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for result in results:
        shown[result["criterion"]].append(result)
    return [
        Proof(
            id=identifier,
            sentence=sentence,
            state=state_of({result["outcome"] for result in shown[identifier]}),
            figure="; ".join(figure for result in shown[identifier] for figure in result["figures"]) or None,
        )
        for identifier, sentence in criteria.items()
    ]


def state_of(outcomes: set[str]) -> str:
    """Return the state that these outcomes of a criterion's tests amount to."""
    if "failed" in outcomes:
        return "failed"
    return "held" if "passed" in outcomes else "uncovered"


def table(proofs: list[Proof]) -> str:
    """Return the proofs as lines for a terminal."""
    width = max(len(proof["id"]) for proof in proofs)
    lines = [
        f"{proof['id']:<{width}}  {proof['state']:<9}  {proof['sentence']}" + (f"  [{proof['figure']}]" if proof["figure"] else "")
        for proof in proofs
    ]
    totals = Counter(proof["state"] for proof in proofs)
    return "\n".join([*lines, ", ".join(f"{totals[state]} {state}" for state in ("held", "failed", "uncovered"))])


if __name__ == "__main__":
    main()
