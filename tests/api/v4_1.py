"""A tenant whose SuiteCRM clients may come in, and a plain client of the legacy interface: it sends exactly what it is told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from server.domain.actor import Actor, system_actor
from server.services import legacy
from server.services.legacy import NewLegacyPassword
from tests.api.appliance import Appliance
from tests.api.client import Client, Reply

ADDRESS = "/service/v4_1/rest.php"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Login:
    """Somebody with an application password, in a tenant that lets SuiteCRM's clients in."""

    tenant_id: str
    user_id: str
    name: str
    password: str
    actor: Actor

    @property
    def md5(self) -> str:
        """What most clients send instead of the password."""
        return hashlib.md5(self.password.encode(), usedforsecurity=False).hexdigest()


def login(appliance: Appliance, tenant_id: str | None = None, role: str = "admin", **rest: Any) -> Login:
    """Make a user with an application password; the tenant's access is switched on."""
    owner = system_actor(tenant_id or appliance.tenant())
    legacy.put(owner, enabled=True)
    user_id = appliance.user("lea", owner.tenant_id, role)
    made = legacy.create_password(owner, NewLegacyPassword(user_id=user_id, **rest))
    return Login(owner.tenant_id, user_id, made["username"], made["password"], owner)


class Legacy:
    """Speaks v4_1; `session` goes in front of every call's arguments."""

    def __init__(self, client: Client, session: str = "", address: str = ADDRESS) -> None:
        self.client = client
        self.session = session
        self.address = address

    def send(self, method: str, rest_data: Any, headers: Mapping[str, str] | None = None) -> Reply:
        """Send one call; what is no text goes as JSON."""
        text = rest_data if isinstance(rest_data, str) else json.dumps(rest_data)
        fields = {"method": method, "input_type": "JSON", "response_type": "JSON", "rest_data": text}
        return self.client.send("POST", self.address, urlencode(fields, errors="surrogatepass").encode(), {**FORM, **(headers or {})})

    def call(self, method: str, *arguments: Any) -> Any:
        """Call by place and return what a 200 says."""
        return self.checked(self.send(method, [self.session, *arguments]))

    def named(self, method: str, **arguments: Any) -> Any:
        """Call by name and return what a 200 says."""
        return self.checked(self.send(method, {"session": self.session, **arguments}))

    def checked(self, reply: Reply) -> Any:
        """Return the body of a 200 with the type that clients look for."""
        assert (reply.status, reply.headers["content-type"]) == (200, "application/json; charset=UTF-8"), reply.body
        return reply.json

    def made(self, module: str, **fields: Any) -> str:
        """Create a record and return its id."""
        return str(self.call("set_entry", module, fields)["id"])


def signed_in(appliance: Appliance, person: Login | None = None, address: str = ADDRESS) -> Legacy:
    """Return a client that has signed in."""
    person = person or login(appliance)
    found = Legacy(appliance.anonymous, address=address)
    session = found.send("login", [{"user_name": person.name, "password": person.md5}, "tests", []]).json["id"]
    return Legacy(appliance.anonymous, session, address)


def fault(answer: Any) -> Any:
    """Return the number of a fault, None for what is none."""
    return answer["number"] if isinstance(answer, dict) and set(answer) == {"name", "number", "description"} else None
