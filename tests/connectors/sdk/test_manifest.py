"""A manifest is read without code, and everything that is wrong with it is told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.sdk.manifest import Manifest, ManifestError, read_manifest

GOOD = """
key = "acme"
title = "Acme"
description = "Rows of Acme."
version = "1.2.3"
category = "crm"
publisher = "Acme"
documentation = "https://acme.example/docs"
address = "https://{region}.acme.example/v1"
hosts = ["*.acme.example", "{site}"]
permissions = ["contacts.read"]

[auth.key]
kind = "api_key"
secret = "apiKey"

[config]
required = ["apiKey"]
[config.properties.apiKey]
type = "string"
writeOnly = true
[config.properties.site]
type = "string"
format = "uri"

[derived.region]
of = "apiKey"
pattern = "-([a-z0-9]+)$"

[resources.people]
local = "contact"
deletes = "snapshot"
list = "/people"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "acme"


def read(folder: Path, text: str) -> Manifest:
    folder.mkdir()
    (folder / "manifest.toml").write_text(text, encoding="utf-8")
    return read_manifest(folder)


def test_a_manifest_tells_what_there_is_to_know(folder: Path) -> None:
    found = read(folder, GOOD)
    assert (found.key, found.version, found.state_version, found.has_code, found.secrets) == ("acme", "1.2.3", 1, False, ("apiKey",))
    assert found.resources["people"].rest == {"list": "/people", "deletes": "snapshot"}
    assert found.config_schema["additionalProperties"] is False
    assert "apiKey" not in str(found.summary)


def test_placeholders_are_config_parts_of_it_and_what_came_with_the_token(folder: Path) -> None:
    found = read(folder, GOOD)
    known = found.known({"apiKey": "abc-eu1", "site": "https://shop.example:8443/x"}, {"realm": "7"})
    assert known == {"apiKey": "abc-eu1", "site": "https://shop.example:8443/x", "region": "eu1", "realm": "7"}
    assert found.fill(found.address, known) == "https://eu1.acme.example/v1"
    assert found.hosts_for(known) == ["*.acme.example", "shop.example"]


@pytest.mark.parametrize(
    ("config", "problems"),
    [({}, []), ({"apiKey": "abc-eu1"}, []), ({"apiKey": "abc"}, [("apiKey", "wrong_host")]), ({"apiKey": "abc-EU"}, [("apiKey", "wrong_host")])],
)
def test_an_address_that_leads_nowhere_is_told_before_anybody_is_asked(folder: Path, config: dict[str, str], problems: list[tuple[str, str]]) -> None:
    assert [(problem.field, problem.code) for problem in read(folder, GOOD).host_problems(config)] == problems


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('key = "acme"', 'key = "Acme!"', "snake_case"),
        ('version = "1.2.3"', 'version = "1"', "three numbers"),
        ('category = "crm"', 'category = "stuff"', "`category` is one of"),
        ('title = "Acme"', "", "`title` is missing"),
        ('title = "Acme"', 'title = "Acme"\ncolour = "red"', "`colour` is not known"),
        ("https://{region}", "http://{region}", "begins with https"),
        ('"*.acme.example"', '"https://acme.example"', "no name of a host"),
        ('kind = "api_key"', 'kind = "magic"', "auth: `kind`"),
        ("writeOnly = true", "minLength = 1", "no writeOnly field"),
        ("writeOnly = true", "writeonly = true", "`writeonly` is not known"),
        ('required = ["apiKey"]', 'required = ["other"]', "other is required and not declared"),
        ('deletes = "snapshot"', "", "`deletes` is missing"),
        ('key = "acme"', "key = ", "acme"),
    ],
)
def test_what_is_wrong_is_told(folder: Path, before: str, after: str, words: str) -> None:
    assert before in GOOD
    with pytest.raises(ManifestError) as raised:
        read(folder, GOOD.replace(before, after))
    assert words in str(raised.value)


def test_a_hook_s_secret_is_a_field_that_is_never_shown(folder: Path) -> None:
    hooked = GOOD + '[webhook]\nscheme = "hmac"\nsecret = "signing"\n'
    with pytest.raises(ManifestError, match=r"webhook\.secret: signing is no writeOnly field"):
        read(folder, hooked)


def test_a_folder_without_a_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestError):
        read_manifest(tmp_path)
