"""Mail accounts over HTTP."""

from __future__ import annotations

from tests.api.appliance import Persona
from tests.peers.ports import free_port
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP
ACCOUNTS = "/api/v1/email/accounts"


def test_the_life_of_an_account(alice: Persona) -> None:
    server = {"host": "127.0.0.1", "port": free_port(), "security": "tls"}
    made = alice.client.post(ACCOUNTS, {"name": "Office", "address": "office@x.example", "password": "hunter2hunter2", "smtp": server})
    assert (made.status, made.json["has_secret"]) == (201, True)
    assert "hunter2" not in str(made.body)
    one = made.headers["location"]
    tested = alice.client.post(f"{one}/test", None)
    assert (tested.status, tested.json["failed_step"]) == (200, "connect")
    assert alice.client.get(one).json["status"] == "failing"
    assert alice.client.patch(one, {"enabled": False}).json["status"] == "disabled"
    assert [row["id"] for row in alice.client.get(ACCOUNTS).json["data"]] == [made.json["id"]]
    assert (alice.client.delete(one).status, alice.client.get(one).status) == (204, 404)


def test_servers_are_known_without_being_called(alice: Persona, bob: Persona) -> None:
    found = bob.client.post(f"{ACCOUNTS}/discover", {"address": "a@gmail.com"}).json
    assert (found["source"], found["smtp"]["host"]) == ("known_domain", "smtp.gmail.com")
    assert len(alice.client.get(f"{ACCOUNTS}/providers").json["data"]) >= 20
