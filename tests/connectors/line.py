"""A connector and a mock vendor on one line in memory, driven by the engine's own driver; what is read is kept as the engine keeps it.

Nothing here opens a socket or a database, so that a connector is tested in milliseconds, and yet retries and errors are the real ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import requests

from connectors import registry
from connectors.sdk.auth import ClientCredentials, JwtBearer, OAuth2, TwoStep
from connectors.sdk.connector import Connector
from connectors.sdk.deletes import SWEPT
from connectors.sdk.errors import Later, refusal
from connectors.sdk.request import Request, Response
from connectors.sdk.values import Account, Change, Context, Cursor, Mode, Outcome, Page, Record, Stage
from server.outbound.vendors import hosts
from server.outbound.vendors.authorizing import authorize
from server.outbound.vendors.driving import Driver
from server.outbound.vendors.retrying import ANSWER_LOST
from server.outbound.vendors.transport import Transport
from tests.vendors.faults import HUGE
from tests.vendors.messages import Broken, Call
from tests.vendors.vendor import MockVendor

HOOK_URL = "https://junction.example/hooks/ins_1"
HOOK_SECRET = "hook-secret"
WITH_TOKEN = (OAuth2, ClientCredentials, JwtBearer, TwoStep)


class Wire:
    """What stands in for the transport: the same bounds, and no wire."""

    def __init__(self, vendor: MockVendor, connector: Connector) -> None:
        self.vendor, self.connector = vendor, connector
        self.seen: list[Request] = []

    def send(self, request: Request) -> Response:
        """Answer a request as the transport does. Raises what it raises."""
        hosts.check(request.url, self.connector.allowed)
        self.seen.append(request)
        pairs = [(name, str(one)) for name, value in request.params.items() for one in (value if isinstance(value, tuple) else (value,))]
        asked = requests.Request(
            request.method, request.url, dict(request.headers), params=pairs, json=request.json, data=request.body or request.form
        )
        made = asked.prepare()
        body = made.body.encode() if isinstance(made.body, str) else made.body or b""
        headers = {name.lower(): value for name, value in made.headers.items()}
        try:
            answer = self.vendor.whole(Call(request.method, str(made.url), headers, body))
        except Broken as error:
            raise Later("The answer was lost.", code=ANSWER_LOST) from error
        if answer.status in (301, 302, 303, 307, 308):
            raise refusal("wrong_host")
        if len(answer.body) >= HUGE:
            raise refusal("quota_exhausted")
        named = {name.lower(): value for name, value in answer.headers.items()}
        return Response(answer.status, named, answer.body, str(made.url), self.vendor.clock.at or 0)


class OpenGate:
    """Lets everything through."""

    def enter(self, request: Request) -> None:
        """Let it through."""

    def leave(self) -> None:
        """Take nothing."""

    def observe(self, response: Response) -> None:
        """Take nothing."""

    def refused(self, error: Later) -> None:
        """Take nothing."""

    def answered(self) -> None:
        """Take nothing."""


@dataclass
class Signer:
    """Signs with what the configuration holds, or with a token of the vendor's identity provider."""

    connector: Connector
    vendor: MockVendor
    way: str = ""
    token: str = ""

    def sign(self, request: Request) -> Request:
        """Return the request with the proof of who we are."""
        ways = self.connector.manifest.auth
        if not ways:
            return request
        auth = ways[self.way or next(iter(ways))]
        known = dict(self.connector.known)
        if isinstance(auth, WITH_TOKEN):
            self.token = self.token or self.vendor.identity.grant(" ".join(getattr(auth, "scopes", ())))[0]
            known["access_token"] = self.token
        return authorize(auth, request, known)

    def hide(self, text: str) -> str:
        """Return the text as it is: what is asserted on are the vendor's own words."""
        return text

    def renew(self) -> bool:
        """Get another token, as long as the grant holds."""
        renewed, self.token = bool(self.token), ""
        return renewed


@dataclass
class Line:
    """One installation: its connector, the vendor, and what has been read, by resource."""

    connector: Connector
    vendor: MockVendor
    driver: Driver
    wire: Wire
    rows: dict[str, dict[str, Record]] = field(default_factory=dict)
    cursors: dict[str, Cursor | None] = field(default_factory=dict)
    listed: dict[str, int] = field(default_factory=dict)
    generation: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    restarts: dict[tuple[str, str], str] = field(default_factory=dict)
    partitions: dict[tuple[str, str], str] = field(default_factory=dict)
    pages: list[Page] = field(default_factory=list)
    quarantined: list[Record] = field(default_factory=list)
    context: Context = field(default_factory=Context)

    def bind(self) -> None:
        """Bind the connector anew, to the vendor's time."""
        self.context = Context(**{**vars(self.context), "now_ms": self.vendor.clock.now()})
        self.connector.bind(self.context)

    def account(self) -> Account:
        """Return who we are at the vendor. Raises one of the six errors."""
        self.bind()
        return next(self.driver.run(self.connector.test_connection()))

    def sync(self, resource: str, mode: Mode = Mode.INCREMENTAL) -> None:
        """Do what the plan says, pushing apart."""
        self.bind()
        for stage in self.connector.sync(resource, mode, self.listed.get(resource)):
            if stage is Stage.DELETES:
                self.take(resource, self.driver.run(self.connector.import_deletes(resource, self.cursors.get(resource))))
            elif stage is not Stage.PUSH:
                self.take(
                    resource, self.driver.run(self.connector.import_data(resource, None if stage is Stage.RELIST else self.cursors.get(resource)))
                )

    def take(self, resource: str, pages: Iterable[Page]) -> None:
        """Keep what pages say, each with its cursor, as the engine does in one transaction."""
        for page in pages:
            self.keep(resource, page)

    def keep(self, resource: str, page: Page) -> None:
        """Keep one page. Its cursor goes through JSON, as it does through a database."""
        self.pages.append(page)
        kept = self.rows.setdefault(resource, {})
        if page.begins:
            self.generation[resource, page.partition] = set()
            self.restarts[resource, page.partition] = page.restart
        self.quarantined += [record for record in page.rows if record.problem]
        good = {record.id: record for record in page.rows if not record.problem}
        kept |= good
        self.partitions |= dict.fromkeys(((resource, identity) for identity in good), page.partition)
        self.generation.setdefault((resource, page.partition), set()).update(good)
        for identity in page.deletes:
            kept.pop(identity, None)
        self.cursors[resource] = json.loads(json.dumps(page.cursor))
        if page.ends:
            self.sweep(resource, page.partition)

    def sweep(self, resource: str, partition: str) -> None:
        """Take away what a whole listing of a partition did not have, where absence means a delete: by strategy, or after a restart."""
        self.listed[resource] = self.vendor.clock.now()
        if self.restarts.pop((resource, partition), "") or isinstance(self.connector.resources[resource].deletes, SWEPT):
            seen = self.generation[resource, partition] | {record.id for record in self.quarantined}
            gone = [one for one in self.rows[resource] if one not in seen and self.partitions[resource, one] == partition]
            for identity in gone:
                del self.rows[resource][identity]

    def export(self, resource: str, changes: Sequence[Change]) -> list[Outcome]:
        """Push changes."""
        self.bind()
        return list(self.driver.run(self.connector.export_data(resource, changes)))

    def find(self, resource: str, change: Change) -> Record | None:
        """Return the row that a change has made at the vendor, if it came through."""
        steps: Any = self.connector.find_record(resource, change)
        found: Record | None = self.driver.ask(steps)
        return found

    def ids(self, resource: str) -> set[str]:
        """Return the ids that are known of a resource."""
        return set(self.rows.get(resource, {}))


def on_line(vendor: MockVendor, key: str, config: Mapping[str, Any], *, way: str = "", fields: Mapping[str, str] | None = None) -> Line:
    """Return a connector of the catalogue, installed against a mock vendor."""
    return wired(vendor, registry.connector(key), config, way=way, fields=fields)


def wired(vendor: MockVendor, connector: Connector, config: Mapping[str, Any], *, way: str = "", fields: Mapping[str, str] | None = None) -> Line:
    """Return a connector, installed against a mock vendor."""
    maps = registry.maps(connector.manifest.key) if connector.manifest.key in registry.manifests() else {}
    wanted = {name: [one.remote for one in found.fields if one.way != "out"] for name, found in maps.items()}
    context = Context(config=config, fields=fields or {}, hook_url=HOOK_URL, hook_secret=HOOK_SECRET, installation_id="ins_1", wanted=wanted)
    wire = Wire(vendor, connector)
    driver = Driver(connector, cast("Transport", wire), OpenGate(), Signer(connector, vendor, way), sleep=lambda _: None, jitter=lambda: 0.0)
    line = Line(connector, vendor, driver, wire, context=context)
    line.bind()
    return line
