"""Connectors of others over HTTP: plain folders come in, code only under a trusted publisher's signature, and versions can be moved between."""

from __future__ import annotations

import io
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.domain.packages import signed_text
from server.outbound import catalogue
from server.services import connector_packages, upgrading
from server.store import database, sync_states
from server.store.sync_states import State
from server.system.settings import Settings
from tests.api.appliance import Appliance, Persona
from tests.api.client import Client
from tests.vendors.reaching import Reach

MANIFEST = """
key = "acme_crm"
title = "Acme CRM"
description = "Contacts of Acme."
version = "{version}"
state_version = {state}
category = "crm"
publisher = "acme"
documentation = "https://acme.example/docs"
address = "https://api.acme.example"
hosts = ["api.acme.example"]
permissions = ["contacts.read", "contacts.write"]

[auth.key]
kind = "api_key"
secret = "api_key"

[config.properties.api_key]
type = "string"
title = "API key"
writeOnly = true

[resources.probe]
list = "/me"
id = "id"
row = "name"
reads = false

[resources.people]
title = "People"
local = "contact"
list = "/people"
rows = "data"
pager = {{ kind = "offset", size = 100 }}
deletes = {{ kind = "snapshot" }}
"""
CODE = """
from connectors.sdk.connector import Connector
from connectors.sdk.migration import Migration
from connectors.sdk.request import Request
from connectors.sdk.values import Account


class Acme(Connector):
    probe = Request("GET", "/me")
    migrations = {2: Migration(cursor=lambda old: {"page": old["since"]}, cursor_back=lambda new: {"since": new["page"]})}

    def account(self, response):
        return Account(str(response.at("id")), "Acme")
"""
KEY = Ed25519PrivateKey.generate()
PUBLIC = b64encode(KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)).decode()


def files(version: str = "1.0.0", state: int = 1, **others: str) -> dict[str, bytes]:
    found = {"manifest.toml": MANIFEST.format(version=version, state=state), **{name.replace("__", "."): text for name, text in others.items()}}
    return {name: text.encode() for name, text in found.items()}


def signed(content: dict[str, bytes], key: Ed25519PrivateKey = KEY) -> dict[str, bytes]:
    signature = b64encode(key.sign(signed_text(content))).decode()
    return {**content, "signature.toml": f'publisher = "acme"\nsignature = "{signature}"\n'.encode()}


def archive(content: dict[str, bytes], folder: str = "acme_crm/") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, text in content.items():
            made.writestr(folder + name, text)
    return buffer.getvalue()


def send(client: Client, content: bytes) -> Any:
    return client.send("POST", "/admin/v1/connector-packages", content, {"Content-Type": "application/zip"})


@pytest.fixture
def operator(appliance: Appliance, monkeypatch: pytest.MonkeyPatch, reach: Reach) -> Iterator[Client]:
    """Yield an operator of an appliance that trusts the publisher and reaches no vendor; what was installed goes in the end."""
    add = connector_packages.add

    def trusting(actor: Any, content: bytes, settings: Settings) -> dict[str, Any]:
        return add(actor, content, replace(settings, connectors=replace(settings.connectors, trusted_publishers=(f"acme:{PUBLIC}",))))

    monkeypatch.setattr(connector_packages, "add", trusting)
    yield appliance.operator()
    with database.transaction():
        database.run("DELETE FROM connector_packages")
    catalogue.mount([])


def test_a_folder_without_code_can_be_installed_from_by_every_tenant(operator: Client, alice: Persona) -> None:
    made = send(operator, archive(files()))
    assert (made.status, made.json["id"], made.json["signed_by"]) == (201, "acme_crm@1.0.0", None)
    found = alice.client.get("/api/v1/integrations/acme_crm").json
    assert (found["third_party"], found["quality_tier"], found["name"]) == (True, "unrated", "Acme CRM")
    assert alice.client.post("/api/v1/integrations/acme_crm/install", {"config": {"apiKey": "secret"}}).status == 201
    assert operator.delete("/admin/v1/connector-packages/acme_crm@1.0.0").code == "package_in_use"
    assert alice.client.delete("/api/v1/integrations/acme_crm/uninstall").status == 204
    assert operator.delete("/admin/v1/connector-packages/acme_crm@1.0.0").status == 204
    assert alice.client.get("/api/v1/integrations/acme_crm").status == 404


def test_code_comes_in_only_under_a_trusted_signature(operator: Client) -> None:
    content = files(connector__py=CODE)
    assert send(operator, archive(content)).code == "signature_refused"
    assert send(operator, archive(signed(content, Ed25519PrivateKey.generate()))).code == "signature_refused"
    altered = {**signed(content), "connector.py": content["connector.py"] + b"\nimport os\n"}
    assert send(operator, archive(altered)).code == "signature_refused"
    unnamed = {
        name: text.replace(b'publisher = "acme"', b'publisher = "other"') for name, text in signed(content).items() if name == "signature.toml"
    }
    assert send(operator, archive({**content, **unnamed})).code == "signature_refused"
    assert send(operator, archive(signed(content))).json["signed_by"] == "acme"


@pytest.mark.parametrize(
    "content",
    [
        b"no archive",
        archive(files(), "../"),
        archive(files(), "/etc/"),
        archive(files(), "a/b/"),
        archive({"readme.md": b"nothing"}),
        archive({**files(), "run.sh": b"x"}),
        archive({**files(), "big.md": b"x" * 2_000_000}),
        archive({f"{number}.md": b"x" for number in range(60)} | files()),
        archive({"manifest.toml": b"key = 1"}),
        archive({"manifest.toml": b"\xff\xfe"}),
        archive(files())[:-30],
    ],
    ids=["bytes", "up", "root", "deep", "none", "kind", "big", "many", "broken", "bytes2", "cut"],
)
def test_a_hostile_archive_is_refused_whole(operator: Client, content: bytes) -> None:
    refused = send(operator, content)
    assert (refused.status, refused.code) == (422, "package_refused")
    assert operator.get("/admin/v1/connector-packages").json["data"] == []


def test_a_link_and_a_locked_file_are_refused(operator: Client) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr("manifest.toml", files()["manifest.toml"])
        link = zipfile.ZipInfo("icon.svg")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/passwd")
    assert send(operator, buffer.getvalue()).code == "package_refused"


def test_what_is_built_in_cannot_be_replaced(operator: Client) -> None:
    content = {"manifest.toml": files()["manifest.toml"].replace(b"acme_crm", b"hubspot")}
    assert send(operator, archive(content)).code == "connector_built_in"


def test_no_tenant_installs_packages(alice: Persona) -> None:
    assert send(alice.client, archive(files())).status == 404


@pytest.mark.criterion("connectors-24")
def test_an_installation_goes_up_and_back_with_its_cursors(operator: Client, alice: Persona) -> None:
    for version, state in (("1.0.0", 1), ("2.0.0", 2)):
        assert send(operator, archive(signed(files(version, state, connector__py=CODE)))).status == 201
    made = alice.client.post("/api/v1/integrations/acme_crm/install", {"config": {"api_key": "secret"}, "version": "1.0.0"}).json
    assert (made["connector_version"], made["latest_version"], made["pinned"]) == ("1.0.0", "2.0.0", True)
    place = (alice.tenant_id, "live", made["id"], "people")
    with database.transaction():
        sync_states.put(*place, State({"since": 7}, 1), 1)
    assert upgrading.follow(lambda: False) == 0
    address = f"/api/v1/installations/{made['id']}/upgrade"
    assert alice.client.post(address, {"version": "3.0.0"}).code == "version_not_here"
    up = alice.client.post(address, {"version": "2.0.0"}).json
    assert (up["connector_version"], cursor(place), up["config"]["api_key"]) == ("2.0.0", {"page": 7}, "********")
    down = alice.client.post(address, {"version": "1.0.0"}).json
    assert (down["connector_version"], cursor(place)) == ("1.0.0", {"since": 7})
    assert alice.client.post(address, {"version": "1.0.0", "pin": False}).json["pinned"] is False
    assert upgrading.follow(lambda: False) == 1
    assert (alice.client.get(f"/api/v1/installations/{made['id']}").json["connector_version"], cursor(place)) == ("2.0.0", {"page": 7})


def cursor(place: tuple[str, str, str, str]) -> Any:
    found = sync_states.find(*place)
    assert found is not None
    return found.cursor
