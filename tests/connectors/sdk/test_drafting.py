"""A draft is a manifest that can be read, and says of itself that it is a draft."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sdk.auth import ApiKey, Bearer, OAuth2
from connectors.sdk.declared import declared_connector
from connectors.sdk.descriptions import Description
from connectors.sdk.drafting import Draft, files_of, icon, noun_of, toml, words
from connectors.sdk.manifest import read_manifest
from connectors.sdk.provider import read_provider

DOCUMENT = json.loads(Path(__file__).with_name("acme.json").read_text(encoding="utf-8"))


def drafted(folder: Path, document: dict[str, Any]) -> Path:
    for name, text in Draft("acme", Description(document)).folder().items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_draft_is_a_connector(tmp_path: Path) -> None:
    manifest = read_manifest(drafted(tmp_path, DOCUMENT))
    connector = declared_connector(manifest)
    assert set(connector.resources) == {"contacts", "orders"}
    assert manifest.auth == {"key": ApiKey("apiKey", "header", "X-Api-Key"), "login": OAuth2("acme")}
    assert any("guess" in gap for gap in manifest.tables["gaps"])
    assert read_provider(tmp_path / "provider.toml", "acme").token_url == "https://acme.example/token"
    assert connector.validate_config({"apiKey": "x"}) == []


def test_without_a_server_the_address_is_asked_for(tmp_path: Path) -> None:
    document = {**DOCUMENT, "servers": [], "components": {**DOCUMENT["components"], "securitySchemes": {}}}
    manifest = read_manifest(drafted(tmp_path, document))
    assert manifest.auth == {"token": Bearer("token")}
    assert manifest.config_schema["required"] == ["address", "token"]
    known = manifest.known({"address": "https://crm.example/api"}, {})
    assert (manifest.fill(manifest.address, known), manifest.hosts_for(known)) == ("https://crm.example/api", ["crm.example"])


def test_the_tests_get_only_the_part_of_the_description_that_is_used() -> None:
    kept = Draft("acme", Description(DOCUMENT)).slice()
    assert set(kept["paths"]) == {"/contacts", "/contacts/{contact_id}", "/orders", "/me"}
    assert set(kept["components"]["schemas"]) == {"Contact", "Order", "Stamped"}


@pytest.mark.parametrize(
    ("key", "document", "what"),
    [
        ("Acme", DOCUMENT, "snake_case"),
        ("../acme", DOCUMENT, "snake_case"),
        ("acme", {**DOCUMENT, "paths": {}}, "no listing"),
        ("acme", {}, "OpenAPI 3"),
    ],
)
def test_what_no_draft_can_be_made_of_is_refused(key: str, document: dict[str, Any], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        list(files_of(key, document))


MEMBERS = st.dictionaries(
    st.text(st.characters(codec="utf-8"), min_size=1),
    st.text(st.characters(codec="utf-8"), min_size=1) | st.booleans() | st.integers(-(2**62), 2**62),
    max_size=4,
)


@given(MEMBERS)
def test_what_is_written_as_toml_is_read_back(members: dict[str, Any]) -> None:
    assert tomllib.loads(toml({**members, "table": members})) == {**members, **({"table": members} if members else {})}


def test_names_become_nouns_and_words() -> None:
    assert [noun_of(name) for name in ("contacts", "companies", "marketing_leads", "widgets", "people")] == [
        "contact",
        "company",
        "contact",
        "",
        "contact",
    ]
    assert [words(name) for name in ("apiKey", "sales_orders")] == ["Api key", "Sales orders"]


def test_a_title_cannot_break_out_of_its_icon() -> None:
    assert "<script" not in icon('"><script>')
