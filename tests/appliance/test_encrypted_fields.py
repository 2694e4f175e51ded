"""Thirty values of encrypted fields, written in every way there is, stand in nothing that the appliance keeps or says, until they are revealed."""

from __future__ import annotations

import http.client
import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from server.web.table import build
from tests.api.test_imports import form
from tests.appliance.stage import Stage, request
from tests.appliance.test_secrets import CIPHERTEXT_ONLY, spellings
from tests.pace import until
from tests.server.main import program

BODIES: Final = "JUNCTION_LOGGING__REQUEST_BODIES=all"
CONTACTS: Final = "/api/v1/contacts"
PASSPHRASE: Final = {"JUNCTION_BACKUP__PASSPHRASE": "a long enough passphrase"}
ENDLESS: Final = frozenset({"/api/v1/events/stream", "/api/v1/events/poll"})
FORMATS: Final = ("csv", "xlsx", "jsonl", "xml", "pdf")
Place = tuple[str, str]


class Planted:
    """What was planted: every value there ever was, and where those are that still hold."""

    def __init__(self) -> None:
        self.every: list[str] = []
        self.present: dict[Place, str] = {}

    def value(self) -> str:
        self.every.append(f"pan/{secrets.token_urlsafe(24)}+=9999")
        return self.every[-1]

    def at(self, address: str, field: str, value: str) -> None:
        self.present[address, field] = value


def plant(stage: Stage) -> Planted:
    """Write values one by one, many at once, by file and by GraphQL; some are replaced, removed or refused again."""
    found = Planted()
    stage.call("POST", "/api/v1/fields/contacts", {"name": "pan", "type": "encrypted"})
    stage.call("POST", "/api/v1/objects", {"name": "vehicle", "fields": [{"name": "code", "type": "encrypted"}]})
    stage.call("POST", "/api/v1/webhooks", {"name": "gone", "url": "http://127.0.0.1:1/", "events": ["*"]})
    stage.call("POST", "/api/v1/custom-endpoints", {"name": "everybody", "resource": "contacts"})
    for act in (_singly, _together, _by_file, _by_graphql, _refused):
        act(stage, found)
    return found


def _singly(stage: Stage, found: Planted) -> None:
    for number in range(4):
        value = found.value()
        made = stage.call("POST", CONTACTS, {"first_name": f"S{number}", "custom": {"pan": value}})
        found.at(f"{CONTACTS}/{made['id']}", "pan", value)
    changed, replaced, emptied, deleted = list(found.present)
    for address, method in ((changed[0], "PATCH"), (replaced[0], "PUT")):
        value = found.value()
        stage.call(method, address, {"custom": {"pan": value}, "first_name": "Later"})
        found.at(address, "pan", value)
    stage.call("PATCH", emptied[0], {"custom": {"pan": None}})
    stage.call("DELETE", deleted[0])
    del found.present[emptied], found.present[deleted]
    for number in range(2):
        value = found.value()
        made = stage.call("PUT", f"{CONTACTS}/by-external-id/erp/{number}", {"custom": {"pan": value}})
        found.at(f"{CONTACTS}/{made['id']}", "pan", value)
    value = found.value()
    made = stage.call("POST", "/api/v1/objects/vehicle", {"code": value})
    found.at(f"/api/v1/objects/vehicle/{made['id']}", "code", value)


def _together(stage: Stage, found: Planted) -> None:
    for more in ({}, {"atomic": True}, {"later": True}):
        values = [found.value() for _ in range(3)]
        operations = [{"method": "POST", "path": "/contacts", "body": {"custom": {"pan": value}}} for value in values]
        done = _batch(stage, operations, **more)
        for value, result in zip(values, done["results"], strict=True):
            found.at(f"{CONTACTS}/{result['body']['id']}", "pan", value)


def _batch(stage: Stage, operations: list[Any], *, atomic: bool = False, later: bool = False) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", stage.port, timeout=30)
    more = {"Prefer": "respond-async"} if later else {"Idempotency-Key": secrets.token_hex(8)}
    status, answer = request(connection, stage.key, "POST", "/api/v1/batch", {"atomic": atomic, "operations": operations}, **more)
    connection.close()
    assert status == (202 if later else 200), answer
    if not later:
        return answer
    until(lambda: stage.call("GET", f"/api/v1/jobs/{answer['id']}")["state"] == "completed")
    return stage.call("GET", f"/api/v1/jobs/{answer['id']}")["result"]


def _by_file(stage: Stage, found: Planted) -> None:
    values = [found.value() for _ in range(8)]
    rows = "".join(f"F{number},f{number}@example.com,{value}\n" for number, value in enumerate(values[:-1]))
    table = f"first_name,email,Card\n{rows}Refused,nobody,{values[-1]}\n"
    mapping = {"first_name": "first_name", "email": "email", "Card": "custom.pan"}
    for path in ("/api/v1/imports/preview", "/api/v1/imports"):
        body, headers = form(table.encode(), resource="contacts", mapping=mapping)
        connection = http.client.HTTPConnection("127.0.0.1", stage.port, timeout=30)
        connection.request("POST", path, body, {**headers, "Authorization": f"Bearer {stage.key}"})
        answer = json.loads(connection.getresponse().read())
        connection.close()
    until(lambda: stage.call("GET", f"/api/v1/imports/{answer['id']}")["state"] == "completed")
    for number, value in enumerate(values[:-1]):
        [one] = stage.call("GET", f"{CONTACTS}?filter[email][eq]=f{number}@example.com")["data"]
        found.at(f"{CONTACTS}/{one['id']}", "pan", value)


def _by_graphql(stage: Stage, found: Planted) -> None:
    literal, variable = found.value(), found.value()
    for text, value, given in (
        (f'mutation {{create_contact(input: {{first_name: "G", custom: {{pan: "{literal}"}}}}) {{id}}}}', literal, {}),
        ("mutation($one: ContactInput!) {create_contact(input: $one) {id}}", variable, {"one": {"first_name": "V", "custom": {"pan": variable}}}),
    ):
        answer = stage.call("POST", "/api/v1/graphql", {"query": text, "variables": given})
        found.at(f"{CONTACTS}/{answer['data']['create_contact']['id']}", "pan", value)


def _refused(stage: Stage, found: Planted) -> None:
    bodies = ({"email": "nobody", "custom": {"pan": found.value()}}, {"custom": {"pan": [found.value()]}})
    connection = http.client.HTTPConnection("127.0.0.1", stage.port, timeout=30)
    for body in bodies:
        assert request(connection, stage.key, "POST", CONTACTS, body)[0] == 422
    connection.close()


def asked(stage: Stage, found: Planted) -> Iterator[bytes]:
    """Yield the answers of everything that can be read: every list, and what there is of a record, a job and an import."""
    connection = http.client.HTTPConnection("127.0.0.1", stage.port, timeout=30)
    ids = {
        name: stage.call("GET", f"/api/v1/{name}?limit=200")["data"]
        for name in ("jobs", "imports", "exports", "logs", "events", "webhooks", "contacts")
    }
    for route in build().routes:
        if route.method != "GET" or not route.path.startswith("/api/v1/") or route.path in ENDLESS:
            continue
        many = [row["id"] for row in ids.get(route.path.split("/")[3], [])][:60] if "{id}" in route.path else [""]
        for each in many:
            path = route.path.format_map({"id": each, "resource": "contacts", "type": "vehicle", "name": "everybody"} | dict.fromkeys(NAMES, "none"))
            connection.request("GET", path, headers={"Authorization": f"Bearer {stage.key}"})
            yield connection.getresponse().read()
    for name in FORMATS:
        connection.request("GET", f"{CONTACTS}/export?format={name}", headers={"Authorization": f"Bearer {stage.key}"})
        yield connection.getresponse().read()
    connection.close()


NAMES: Final = frozenset(name[1:-1] for route in build().routes for name in route.path.split("/") if name.startswith("{")) - {
    "id",
    "resource",
    "type",
    "name",
}


def revealed(stage: Stage, places: dict[Place, str]) -> dict[Place, str]:
    """Return what reveal answers for every place."""
    return {(address, field): stage.call("POST", f"{address}/reveal", {"fields": [field]})["fields"][field] for address, field in places}


@pytest.mark.criterion("api-10")
@pytest.mark.timeout(300)
def test_no_value_of_an_encrypted_field_is_found_anywhere(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    stage = Stage(tmp_path, BODIES)
    with stage.serving():
        found = plant(stage)
        until(lambda: stage.rows("SELECT 1 FROM attempts LIMIT 1"))
        places = {f"answer {number}": answer for number, answer in enumerate(asked(stage, found))}
        places["log of requests"] = repr(stage.rows("SELECT bodies FROM request_log WHERE bodies IS NOT NULL")).encode()
        places |= {f"{path.name} while serving": path.read_bytes() for path in stage.data.iterdir() if path.is_file()}
        assert revealed(stage, found.present) == found.present
        rotated = program.answer("keys", "rotate-master", data=stage.data, **stage.more)
        backup = tmp_path / "backup"
        program.answer("backup", str(backup), data=stage.data, **stage.more, **PASSPHRASE)
        told = program.run("doctor", "--json", data=stage.data, **stage.more)
    said = capfd.readouterr()
    places |= {"log": (said.out + said.err).encode(), "doctor": (told.stdout + told.stderr).encode(), "backup": backup.read_bytes()}
    files = [path for path in stage.data.rglob("*") if path.is_file() and path.name not in CIPHERTEXT_ONLY]
    places |= {str(path.relative_to(stage.data)): path.read_bytes() for path in files}
    assert len(found.every) == 30
    assert rotated["rewrapped"] >= len(found.present)
    assert b"[redacted]" in places["log of requests"], "bodies that were never kept prove nothing"
    leaks = [(value, place) for value in found.every for form_ in spellings(value[:-4]) for place, content in places.items() if form_ in content]
    assert leaks == []
    stage.data = tmp_path / "back"
    program.answer("restore", str(backup), data=stage.data, **stage.more, **PASSPHRASE)
    with stage.serving():
        assert revealed(stage, found.present) == found.present
