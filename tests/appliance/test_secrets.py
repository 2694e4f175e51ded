"""Thirty planted secrets of a running appliance stand in nothing that it writes, answers or says, in no spelling."""

from __future__ import annotations

import json
import secrets
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest

from tests.appliance.stage import Stage
from tests.appliance.tiny import installed, stage_with_tiny
from tests.server.main import program
from tests.server.main.program import until
from tests.server.services.syncing.vendor import Answered, Asked, TinyVendor, tiny_vendor

INSTALLATIONS, WEBHOOKS, SOURCES, APPS = 18, 4, 4, ("hubspot", "google", "salesforce")
CIPHERTEXT_ONLY: Final = ("master.key",)
"""The one file that protects the others: no copy of the data folder holds it."""


def planted(kind: str) -> str:
    """Return a secret that no other text resembles, and that URLs and base64 spell differently."""
    return f"{kind}/{secrets.token_urlsafe(24)}+="


def spellings(secret: str) -> Iterator[bytes]:
    """Yield a secret as it is, as URLs, JSON and hexadecimal spell it, and the middle of it in base64 wherever it begins."""
    yield from (secret.encode(), quote(secret, safe="").encode(), json.dumps(secret)[1:-1].encode(), secret.encode().hex().encode())
    for offset in range(3):
        yield b64encode(b"\0" * offset + secret.encode())[4:-4]


def echo(asked: Asked) -> Answered | None:
    """Refuse some calls and repeat everything that was sent, as careless vendors do."""
    said = {"message": f"bad request {dict(asked.headers)}", "trace": dict(asked.headers)}
    return Answered(400, said) if asked.path == "/people" else None


def plant(stage: Stage, vendor: TinyVendor) -> dict[str, str]:
    """Give the appliance its secrets; returns them by what they are."""
    found = {f"key {number}": planted("tiny") for number in range(INSTALLATIONS)}
    for key in list(found.values()):
        installed(stage, vendor, api_key=key)
    for number in range(WEBHOOKS):
        found[f"header {number}"] = planted("header")
        headers = {"X-Partner-Key": found[f"header {number}"]}
        stage.call("POST", "/api/v1/webhooks", {"name": "w", "url": f"{vendor.url}/hooks", "events": ["contact.*"], "headers": headers})
    for number in range(SOURCES):
        found[f"source {number}"] = planted("source")
        stage.call("POST", "/api/v1/inbound/sources", {"name": "s", "provider": "stripe", "secret": found[f"source {number}"]})
    for provider in APPS:
        found[provider] = planted("app")
        stage.call("PUT", f"/api/v1/provider-apps/{provider}", {"client_id": "public", "client_secret": found[provider]})
    return found | {"our own key": stage.key}


def use(stage: Stage, vendor: TinyVendor) -> Iterator[Any]:
    """Use every installation, well and badly, and yield what was answered."""
    listed = stage.call("GET", "/api/v1/installations?limit=200")["data"]
    runs = []
    for number, one in enumerate(listed):
        vendor.fault = echo if number % 2 else lambda _: None
        address = f"/api/v1/installations/{one['id']}"
        yield stage.call("POST", f"{address}/test")
        runs.append(f"{address}/syncs/{stage.call('POST', f'{address}/sync', {})['id']}")
        assert until(lambda run=runs[-1]: stage.call("GET", run)["finished_at"], 60)
        yield from (stage.call("GET", f"{address}{part}") for part in ("", "/status", "/errors", "/syncs", "/quarantine"))
    stage.call("POST", "/api/v1/contacts", {"first_name": "Hook"})
    assert until(lambda: stage.rows("SELECT 1 FROM attempts LIMIT 1"), 30)
    for path in ("webhooks", "inbound/sources", "provider-apps", "connector-credentials", "logs", "audit", "events", "integrations"):
        yield stage.call("GET", f"/api/v1/{path}")


@pytest.mark.criterion("connectors-7")
@pytest.mark.timeout(300)
def test_no_planted_secret_is_found_anywhere(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    stage = stage_with_tiny(tmp_path)
    with tiny_vendor() as vendor, stage.serving():
        vendor.account = lambda asked: str(hash(asked.headers["Authorization"]))
        vendor.fill(3)
        found = plant(stage, vendor)
        answers = json.dumps(list(use(stage, vendor)), ensure_ascii=False).encode()
        sent = {name for name, secret in found.items() if any(secret in str(dict(call.headers)) for call in vendor.calls)}
        told = program.run("doctor", "--json", data=stage.data, **stage.more)
        checked = program.run("check", "--json", data=stage.data, **stage.more)
    said = capfd.readouterr()
    places = {"answers": answers, "log": (said.out + said.err).encode(), "doctor": (told.stdout + told.stderr).encode()}
    places |= {"check": (checked.stdout + checked.stderr).encode()}
    files = [path for path in stage.data.rglob("*") if path.is_file() and path.name not in CIPHERTEXT_ONLY]
    places |= {str(path.relative_to(stage.data)): path.read_bytes() for path in files}
    assert len(found) == 30
    assert {f"key {number}" for number in range(INSTALLATIONS)} <= sent, "a secret that was never used proves nothing"
    assert b"vendor_call" in places["log"]
    leaks = [(name, place) for name, secret in found.items() for form in spellings(secret) for place, content in places.items() if form in content]
    assert leaks == []
