"""A manifest alone is a connector."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors.sdk.connector import Connector
from connectors.sdk.cursor import ModifiedSince
from connectors.sdk.declared import declared_connector
from connectors.sdk.deletes import SnapshotDiff
from connectors.sdk.manifest import read_manifest
from connectors.sdk.pager import Offset
from connectors.sdk.request import Request, Response
from connectors.sdk.resource import Write
from connectors.sdk.values import Account
from tests.connectors.sdk.test_manifest import GOOD

REST = """
rows = "people"
pager = { kind = "offset", size = 50 }
cursor = { kind = "modified_since", param = "updated_after" }
write = { create = "POST /people", wrap = "person" }
scopes = ["people.read"]
writes = ["create"]

[resources.probe]
reads = false
list = "/me"
id = "user.id"
row = "user.name"
"""


def made(folder: Path, text: str) -> Connector:
    folder.mkdir()
    (folder / "manifest.toml").write_text(text, encoding="utf-8")
    return declared_connector(read_manifest(folder))


def test_its_resources_and_probe_are_those_of_the_manifest(tmp_path: Path) -> None:
    found = made(tmp_path / "acme", GOOD + REST)
    people = found.resources["people"]
    assert (people.pager, people.cursor, people.deletes) == (Offset(50), ModifiedSince("updated_after"), SnapshotDiff())
    assert (people.write, people.scope, people.rows) == (Write(create="POST /people", wrap="person"), "people.read", "people")
    assert found.probe == Request("GET", "/me")
    assert found.account(Response(200, {}, json.dumps({"user": {"id": 7, "name": "Alice"}}).encode())) == Account("7", "Alice")


@pytest.mark.parametrize(
    ("before", "after"), [('kind = "offset"', 'kind = "of_set"'), ("size = 50", "sice = 50"), ('wrap = "person"', 'warp = "person"')]
)
def test_a_strategy_that_is_declared_wrongly_is_refused(tmp_path: Path, before: str, after: str) -> None:
    with pytest.raises(ValueError, match=r"kind|sice|warp"):
        made(tmp_path / "acme", (GOOD + REST).replace(before, after))
