"""A draft is a manifest that can be read, and says of itself that it is a draft."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.sdk.auth import ApiKey, Bearer, OAuth2
from connectors.sdk.declared import declared_connector
from connectors.sdk.drafts.descriptions import Description
from connectors.sdk.drafts.drafting import Draft, files_of, same
from connectors.sdk.manifest import read_manifest
from connectors.sdk.provider import read_provider
from connectors.sdk.values import Context

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


def test_what_paths_and_the_address_need_is_asked_for_and_has_a_sample(tmp_path: Path) -> None:
    parameter = {"name": "orgId", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^O[0-9]{3}$"}}
    paths = {"/{orgId}" + path: {"parameters": [parameter], **item} for path, item in DOCUMENT["paths"].items()}
    draft = Draft("acme", Description({**DOCUMENT, "servers": [{"url": "https://{region}.acme.example"}], "paths": paths}))
    assert draft.sample_config() == {"region": "region-of-a-test", "orgId": "O000", "apiKey": "apiKey-of-a-test"}
    assert draft.slice()["servers"] == [{"url": "https://region-of-a-test.acme.example"}]
    for name, text in draft.folder().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    connector = declared_connector(read_manifest(tmp_path)).bind(Context(config=draft.sample_config()))
    assert connector.validate_config({**draft.sample_config(), "orgId": "x"})[0].field == "orgId"
    assert (connector.address, connector.probe.url) == ("https://region-of-a-test.acme.example", "/O000/me")


def test_the_files_are_those_of_the_folder_and_of_its_tests() -> None:
    files = dict(files_of("acme", DOCUMENT))
    assert {path.rpartition("/")[0] for path in files} == {"connectors/catalog/acme", "tests/connectors/catalog/acme"}
    assert 'class TestAcme(Conformance, key="acme")' in files["tests/connectors/catalog/acme/test_connector.py"]


def test_paths_are_the_same_whatever_their_placeholders_are_called() -> None:
    assert same("/a/{x-y}/b", "/a/{xY}/b?c={d}")
    assert not same("/a/{x}", "/a/b")
