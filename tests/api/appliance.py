"""An appliance for tests of the API: the real door in a thread of this process, on a real socket and a real database.

Whatever a test does through services of its own process and what it does over HTTP meet in the same database, so a test
can prepare by the one and look by the other. Tenants are made per test; nothing has to be cleaned up.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from threading import Event, Thread
from typing import Any, Final

from server.domain.actor import Actor, Mode, system_actor
from server.main import api, appliance
from server.main.loops import new_loop_runner
from server.services import keys, setup, tenants
from server.services.keys import NewKey
from server.services.tenants import NewTenant
from server.store import database
from server.system import clock, ids
from server.system import settings as settings_module
from server.system.settings import Settings
from tests.api.client import Client, Links

OPERATOR_EMAIL: Final = "operator@example.com"
OPERATOR_PASSWORD: Final = "only for these tests 7"
_START_SECONDS: Final = 20


@dataclass(frozen=True)
class Persona:
    """Somebody with a key; `client` speaks with that key."""

    name: str
    tenant_id: str
    role: str
    key: str
    actor: Actor
    client: Client


@dataclass(frozen=True)
class Personas:
    """Alice owns tenant A, bob may only look at it, charlie owns tenant B."""

    alice: Persona
    bob: Persona
    charlie: Persona


class Appliance:
    """A running appliance; `url` is where it answers."""

    def __init__(self, settings: Settings, address: tuple[str, int]) -> None:
        self.settings = settings
        self.links = Links(address)
        self.url = f"http://{address[0]}:{address[1]}"
        self.anonymous = Client(self.links, None)

    def client(self, key: str | None) -> Client:
        """Return a client that presents a key."""
        return Client(self.links, key)

    def tenant(self, tier: str = "unlimited") -> str:
        """Make a tenant with a name of its own and return its id."""
        found, _ = tenants.create(system_actor(""), NewTenant(name=ids.new_id("name"), tier=tier), "standard")
        return str(found["id"])

    def persona(self, name: str, tenant_id: str, role: str = "owner", *, mode: Mode = "live", scopes: tuple[str, ...] = ("*",)) -> Persona:
        """Make a key in a tenant: the tenant's own for an owner, else one of a user with the role."""
        with database.transaction():
            user_id = None if role == "owner" else self.user(name, tenant_id, role)
            wanted = NewKey(name=name, scopes=list(scopes), user_id=user_id, test=mode == "test")
            made = keys.create(system_actor(tenant_id, mode), wanted)
        actor = Actor("key", made["id"], tenant_id, mode, frozenset(scopes), role, user_id)
        return Persona(name, tenant_id, role, made["key"], actor, self.client(made["key"]))

    def user(self, name: str, tenant_id: str, role: str) -> str:
        """Make a user who has never signed in, and return the id."""
        user_id, now = ids.new_id("usr"), clock.now_ms()
        database.run(
            "INSERT INTO users (id, tenant_id, email, name, role, status, version, created_at, updated_at) VALUES (?, ?, ?, ?, ?, 'active', 1, ?, ?)",
            (user_id, tenant_id, f"{name}.{user_id}@example.com", name, role, now, now),
        )
        return user_id

    def personas(self) -> Personas:
        """Make two fresh tenants and their three people."""
        with database.transaction():
            ours, theirs = self.tenant(), self.tenant()
            return Personas(self.persona("alice", ours), self.persona("bob", ours, "viewer"), self.persona("charlie", theirs))

    def operator(self) -> Client:
        """Return a client with an operator's key."""
        return self.client(keys.create_operator_key(system_actor(""), "tests")["key"])


def load(folder: Path, database_url: str, **overrides: Any) -> Settings:
    """Return settings for a data folder; overrides are named `section__name`."""
    given = {"database.url": database_url, "limits.unauthenticated_per_minute": 1_000_000, "server.drain_seconds": 1}
    given |= {name.replace("__", "."): value for name, value in overrides.items()}
    return settings_module.load(folder, environ={}, overrides=given)


def install(settings: Settings) -> None:
    """Make the data folder, the key, the tables and an operator, and open the stores in this process."""
    database.forget_statements()
    setup.first_start(settings, OPERATOR_EMAIL, OPERATOR_PASSWORD)
    database.close()
    appliance.open_appliance(settings)


def listener(port: int = 0) -> socket.socket:
    """Return a listening socket on loopback."""
    found = socket.socket()
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.bind(("127.0.0.1", port))
    found.listen(128)
    return found


@contextmanager
def running(folder: Path, database_url: str, **overrides: Any) -> Iterator[Appliance]:
    """Run an appliance's API within the block."""
    door = listener()
    settings = load(folder, database_url, **{"server__public_url": f"http://127.0.0.1:{door.getsockname()[1]}", **overrides})
    install(settings)
    with serving(settings, door) as address:
        found = Appliance(settings, address)
        yield found
        found.links.close()
    database.close()


@contextmanager
def serving(settings: Settings, door: socket.socket | None = None) -> Iterator[tuple[str, int]]:
    """Answer HTTP in a thread within the block, and give the address."""
    door, ready = door or listener(), Event()
    handles: list[Any] = []

    async def serve() -> None:
        stop = asyncio.Event()
        handles.extend((asyncio.get_running_loop(), stop))
        ready.set()
        await api.serve(settings, door, stop)

    def live() -> None:
        with new_loop_runner() as runner:
            runner.run(serve())

    thread = Thread(target=live, name="api", daemon=True)
    thread.start()
    assert ready.wait(_START_SECONDS)
    try:
        yield door.getsockname()
    finally:
        loop, stop = handles
        loop.call_soon_threadsafe(stop.set)
        thread.join(_START_SECONDS)


_PROCESS: Final = """
import json, socket, sys
from pathlib import Path
from server.main import api, appliance
from server.system import settings
given = json.loads(sys.argv[2])
found = settings.load(Path(sys.argv[1]), environ={}, overrides=given)
appliance.open_appliance(found)
api.run(found, socket.socket(fileno=int(sys.argv[3])))
"""


@contextmanager
def process(settings: Settings) -> Iterator[tuple[str, int]]:
    """Answer HTTP in another process on the same database within the block, and give the address."""
    door = listener()
    given = json.dumps({"database.url": settings.database.url, "limits.unauthenticated_per_minute": 1_000_000, "server.drain_seconds": 1})
    with Popen([sys.executable, "-c", _PROCESS, str(settings.data), given, str(door.fileno())], pass_fds=[door.fileno()]) as child:
        address = door.getsockname()
        door.close()
        try:
            yield address
        finally:
            child.terminate()
            child.wait(_START_SECONDS)
