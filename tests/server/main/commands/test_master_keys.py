"""`junction keys`: rotation beside a running appliance, and a lost key brought back."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

from tests.server.main import program
from tests.server.main.conftest import Fresh


def post(url: str, key: str, body: object, **headers: str) -> tuple[int, bytes, bool]:
    """Post JSON and return status, body, and whether it was replayed."""
    sent = {"X-API-Key": key, "Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, json.dumps(body).encode(), sent)  # noqa: S310 - our own
    with urllib.request.urlopen(request) as found:  # noqa: S310 - our own
        return found.status, found.read(), found.headers.get("Idempotency-Replayed") == "true"


def test_a_rotation_while_serving_keeps_every_secret_readable(fresh: Fresh) -> None:
    program.answer("tenant", "create", "Acme", data=fresh.data)
    key = program.answer("key", "create", "--tenant", "Acme", "--name", "k", "--scopes", "*", data=fresh.data)["key"]
    body = {"name": "w", "url": "https://example.com/hook", "events": ["*"], "headers": {"X-Secret": "s"}}
    with program.serving(fresh.data) as served:
        first = post(f"{served.url}/api/v1/webhooks", key, body, Idempotency_Key="once")
        rotated = program.answer("keys", "rotate-master", data=fresh.data)
        assert rotated["number"] == 2
        assert rotated["rewrapped"] >= 3
        assert set(json.loads((fresh.data / "master.key").read_text())["keys"]) == {"2"}
        assert post(f"{served.url}/api/v1/webhooks", key, body, Idempotency_Key="once") == (first[0], first[1], True)
    with program.serving(fresh.data) as served:
        assert post(f"{served.url}/api/v1/webhooks", key, body, Idempotency_Key="once")[2]
    found = json.loads(program.run("doctor", "--json", "--confirm-recovery-code", rotated["recovery_code"], data=fresh.data).stdout)
    assert found["healthy"]


def test_a_rotation_that_was_cut_off_is_taken_up_again(fresh: Fresh) -> None:
    from server.system import master_key, settings

    master_key.locate(settings.load(fresh.data, {})).rotate()
    rotated = program.answer("keys", "rotate-master", data=fresh.data)
    assert (rotated["number"], rotated["recovery_code"]) == (2, None)
    assert set(json.loads((fresh.data / "master.key").read_text())["keys"]) == {"2"}


def test_a_lost_key_comes_back_from_its_recovery_code(fresh: Fresh, tmp_path: Path) -> None:
    (fresh.data / "master.key").unlink()
    (tmp_path / "code").write_text(fresh.told["recovery_code"])
    assert "keys recover" in program.run("serve", "--listen", "127.0.0.1:0", data=fresh.data).stderr
    assert program.answer("keys", "recover", "--code-file", str(tmp_path / "code"), data=fresh.data) == {"number": 1}
    with program.serving(fresh.data) as served:
        assert served.get("/readyz")[0] == 200
    assert program.run("keys", "recover", data=fresh.data).returncode == 2


def test_a_key_from_the_settings_is_handed_over_in_two_steps(fresh: Fresh) -> None:
    held = (fresh.data / "master.key").read_bytes()
    (fresh.data / "master.key").unlink()
    from base64 import b64encode

    before = b64encode(held).decode()
    first = program.answer("keys", "rotate-master", data=fresh.data, JUNCTION_CRYPTO__MASTER_KEY=before)
    assert (first["number"], first["rewrapped"]) == (None, 0)
    second = program.answer("keys", "rotate-master", data=fresh.data, JUNCTION_CRYPTO__MASTER_KEY=first["setting"])
    assert second["number"] == 2
    assert program.answer("migrate", data=fresh.data, JUNCTION_CRYPTO__MASTER_KEY=second["setting"]) == {"applied": []}
    assert program.run("migrate", data=fresh.data, JUNCTION_CRYPTO__MASTER_KEY=before).returncode == 1
