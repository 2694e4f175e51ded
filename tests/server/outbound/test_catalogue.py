"""The catalogue: built-in connectors and mounted packages, versions side by side, listed without running any of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.domain.errors import Missing
from server.outbound import catalogue

MANIFEST = """
key = "{key}"
title = "Acme"
description = "Contacts."
version = "{version}"
category = "crm"
publisher = "acme"
documentation = "https://acme.example/docs"
address = "https://api.acme.example"
hosts = ["api.acme.example"]
permissions = ["contacts.read"]

[auth.key]
kind = "api_key"

[config.properties.api_key]
type = "string"
writeOnly = true

[resources.probe]
list = "/me"
id = "id"
reads = false

[resources.people]
local = "contact"
list = "/people"
pager = {{ kind = "offset", size = 100 }}
deletes = {{ kind = "snapshot" }}
"""


@pytest.fixture
def folders(tmp_path: Path) -> Iterator[list[Path]]:
    """Yield the folders of two versions of a package, and of one that takes a built-in name; all are unmounted in the end."""
    found = []
    for number, (key, version) in enumerate([("acme", "1.0.0"), ("acme", "1.1.0"), ("hubspot", "9.9.9")]):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "manifest.toml").write_text(MANIFEST.format(key=key, version=version))
        found.append(folder)
    yield found
    catalogue.mount([])


def test_versions_lie_side_by_side_and_nothing_stands_in_for_what_is_built_in(folders: list[Path]) -> None:
    catalogue.mount(folders)
    assert catalogue.versions("acme") == ["1.1.0", "1.0.0"]
    assert catalogue.manifest("acme").version == "1.1.0"
    assert catalogue.manifest("acme", "1.0.0").version == "1.0.0"
    assert catalogue.manifest("acme", "7.0.0").version == "1.1.0"
    assert catalogue.manifest("hubspot").version != "9.9.9"
    assert catalogue.is_built_in("hubspot")
    with pytest.raises(Missing):
        catalogue.manifest("nothing")
    with pytest.raises(Missing):
        catalogue.provider("nothing")


@pytest.mark.criterion("connectors-2")
def test_listing_imports_no_connector(folders: list[Path]) -> None:
    before = {name for name in sys.modules if name.startswith("connectors.catalog.")}
    catalogue.mount(folders)
    assert len(catalogue.manifests()) > 1
    assert {name for name in sys.modules if name.startswith("connectors.catalog.")} == before


def test_scopes_are_those_of_what_is_read_and_written() -> None:
    found = catalogue.manifest("hubspot")
    scopes = catalogue.scopes_of(found, "oauth")
    assert {"crm.objects.deals.read", "crm.objects.deals.write"} <= set(scopes)
    assert catalogue.scopes_of(found, "token") == []
    assert set(scopes) <= set(catalogue.scopes_of_provider("hubspot"))
    assert (catalogue.kind_of(found.auth["oauth"]), catalogue.kind_of(found.auth["token"])) == ("oauth2", "bearer")


def test_the_digest_follows_every_file(folders: list[Path]) -> None:
    before = catalogue.digest(folders[0])
    catalogue.digest.cache_clear()
    (folders[0] / "mapping.toml").write_text("")
    assert catalogue.digest(folders[0]) != before


@pytest.mark.parametrize(
    ("entries", "words"), [({"email": "mail"}, None), ({"email": None}, None), ("email", "object"), ({"a": {"convert": "?"}}, "a")]
)
def test_a_users_own_map_is_judged(entries: object, words: str | None) -> None:
    found = catalogue.mapping_problem(entries)
    assert (found is None) if words is None else (found is not None and words in found)


def test_placeholders_of_addresses_are_filled() -> None:
    assert catalogue.filled("https://{shop}.example/{gone}", {"shop": "a"}) == "https://a.example/"
