"""The catalogue is listed from its manifests alone, quickly; loading makes one connector."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from connectors import registry
from connectors.sdk.connector import Connector
from tests.pace import best

ROOT = Path(__file__).parents[2]
LISTING = """
import json, sys, time
from connectors import registry
began = time.process_time()
keys = list(registry.manifests())
spent = time.process_time() - began
print(json.dumps({"ms": spent * 1000, "keys": keys, "imported": [name for name in sys.modules if name.startswith("connectors.catalog.")]}))
"""
IMPORTING = """
import json, sys, time
import resource
from connectors import registry
keys = list(registry.manifests())
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began = time.process_time()
for key in keys:
    registry.connector(key)
spent = time.process_time() - began
print(json.dumps({"ms": spent * 1000, "mb": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024}))
"""


def run(code: str, most: float) -> dict[str, Any]:
    """Run code in an interpreter of its own and return what it printed at its best, which takes at most so many milliseconds."""
    runs: list[dict[str, Any]] = []

    def milliseconds() -> float:
        runs.append(json.loads(subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout))
        return float(runs[-1]["ms"])

    assert best(milliseconds, most) <= most
    return min(runs, key=lambda one: one["ms"])


@pytest.mark.criterion("connectors-2")
def test_listing_the_catalogue_imports_no_connector_and_is_quick(figure: Callable[[str], None]) -> None:
    found = run(LISTING, 50)
    assert found["imported"] == []
    assert len(found["keys"]) == len(list(registry.CATALOG.glob("*/manifest.toml")))
    figure(f"{len(found['keys'])} manifests listed in {found['ms']:.0f} ms")


@pytest.mark.criterion("connectors-2")
@pytest.mark.skipif(sys.platform == "win32", reason="there is no resource module")
def test_importing_every_connector_is_light(figure: Callable[[str], None]) -> None:
    found = run(IMPORTING, 300)
    assert found["mb"] <= 30
    figure(f"all imported in {found['ms']:.0f} ms and {found['mb']:.1f} MB")


def test_the_key_of_a_connector_is_the_name_of_its_folder_or_declared_beside_it() -> None:
    assert all(key.isidentifier() and manifest.folder.name.isidentifier() for key, manifest in registry.manifests().items())


def test_every_connector_can_be_made_and_knows_its_manifest() -> None:
    assert {key: registry.connector(key).manifest.key for key in registry.manifests()} == {key: key for key in registry.manifests()}


def test_every_provider_that_a_connector_names_is_there() -> None:
    named = {getattr(auth, "provider", "") for manifest in registry.manifests().values() for auth in manifest.auth.values()} - {""}
    assert named <= set(registry.providers())


def test_an_unknown_key_is_no_connector() -> None:
    with pytest.raises(KeyError):
        registry.connector("no_such_vendor")


def test_a_module_defines_exactly_one_connector() -> None:
    module = ModuleType("some.connector")
    with pytest.raises(LookupError):
        registry.class_in(module)
    made = type("Made", (Connector,), {"__module__": "some.connector"})
    module.__dict__.update({"Made": made, "Connector": Connector})
    assert registry.class_in(module) is made
