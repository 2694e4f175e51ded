"""What Junction stands on: bounded on both sides, locked by hash without an address, and under licences that partners can ship."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house import source

PROJECT: dict[str, Any] = tomllib.loads((source.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
LOCKS = {
    "requirements.lock": (*PROJECT["project"]["dependencies"], *EXTRAS["build"]),
    "requirements-console.lock": tuple(EXTRAS["console"]),
    "requirements-test.lock": (*PROJECT["project"]["dependencies"], *EXTRAS["build"], *EXTRAS["test"]),
}
SHIPPED = ("requirements.lock", "requirements-console.lock")
COPYLEFT = re.compile(r"\b[AL]?GPL|General Public License", re.IGNORECASE)
# These say it in their LICENSE file, or in the manifest of their sources, only.
IN_THEIR_FILES = {"huey": "MIT", "mrml": "MIT", "peewee": "MIT"}
# Under the LGPL, used as separate, replaceable libraries: what a partner ships with them stays theirs.
LGPL_ALLOWED = {
    "psycopg": "the PostgreSQL driver, imported as a library",
    "psycopg-binary": "psycopg's compiled half",
    "pyside6-essentials": "Qt for the console, linked dynamically; also offered under GPL, which is not the choice made here",
    "shiboken6": "PySide6's binding runtime, under the same choice",
}


@pytest.mark.parametrize("requirement", [one for group in (PROJECT["project"]["dependencies"], *EXTRAS.values()) for one in group])
def test_a_requirement_is_bounded_on_both_sides(requirement: str) -> None:
    operators = {specifier.operator for specifier in Requirement(requirement).specifier}
    assert ">=" in operators
    assert "<" in operators


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_requirement_within_its_bounds(lock: str) -> None:
    pins = pinned(lock)
    for text in LOCKS[lock]:
        requirement = Requirement(text)
        assert pins[canonicalize_name(requirement.name)] in requirement.specifier, f"{text}: run `make lock`"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_hashes_and_no_address(lock: str) -> None:
    entries = entries_of(lock)
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert re.findall(r"://|@ |^-\S+|\s/\S+|file:", read(lock), re.MULTILINE) == []


def test_the_runtime_lock_is_part_of_the_test_lock() -> None:
    assert {name: version for name, version in pinned("requirements-test.lock").items() if name in pinned("requirements.lock")} == pinned(
        "requirements.lock"
    )


def test_nothing_that_is_shipped_is_under_a_copyleft_licence() -> None:
    found = {name: licence_of(one) for lock in SHIPPED for name in pinned(lock) if (one := installed(name))}
    assert {canonicalize_name(Requirement(text).name) for text in PROJECT["project"]["dependencies"]} <= set(found)
    assert {name: licence for name, licence in found.items() if COPYLEFT.search(licence) and name not in LGPL_ALLOWED} == {}
    assert [name for name, licence in found.items() if not licence] == [], "these say nothing of their licence; look it up"


def read(lock: str) -> str:
    """Return the text of a lock."""
    return (source.ROOT / "packaging" / lock).read_text(encoding="utf-8")


def entries_of(lock: str) -> list[str]:
    """Return the entries of a lock, each with its continued lines joined."""
    return [line for line in read(lock).replace("\\\n", " ").splitlines() if line.strip() and not line.startswith("#")]


def pinned(lock: str) -> dict[str, str]:
    """Return the version of each distribution in a lock, by its canonical name."""
    pins = (entry.split(";")[0].split("--hash")[0].strip().split("==") for entry in entries_of(lock))
    return {canonicalize_name(name): version.strip() for name, version in pins}


def installed(name: str) -> Distribution | None:
    """Return a distribution, or None where a marker of the lock leaves it out on this machine."""
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def licence_of(one: Distribution) -> str:
    """Return what a distribution says of its licence: its expression, else a classifier, else the first line of the old field."""
    said = [*one.metadata.get_all("License-Expression", []), *one.metadata.get_all("Classifier", []), *one.metadata.get_all("License", [])]
    licences = [text.split("\n")[0] for text in said if text and (" :: " not in text or text.startswith("License ::"))]
    return licences[0] if licences else IN_THEIR_FILES.get(canonicalize_name(one.name), "")
