"""A token that is over is renewed once, whatever number of workers need it at the same moment, and a vendor's no is believed once."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
import pytest

from server.domain.actor import Actor
from server.outbound.vendors.tokens import Token
from server.outbound.vendors.values import Later, NeedsUser
from server.services import vaults
from server.services.syncing.leases import CONTEXT, COOL_DOWN_MS, LEASE_MS, TokenKeeper
from server.store import connector_credentials, database
from server.system import clock
from server.system.crypto import Vault
from tests.server.services.syncing.nursery import ask, nursery
from tests.tenants import MASTER_KEY

PROCESSES, THREADS = 4, 12
KILLS = 20
CREDENTIAL = "crd_" + "c" * 26


class Issuer:
    """A vendor's token address: each refresh token is good for one use."""

    def __init__(self) -> None:
        self.calls = 0
        self.refused = 0
        self.good = "refresh-0"
        self._turn = threading.Lock()

    def refresh(self, token: str) -> Token:
        with self._turn:
            self.calls += 1
            if token != self.good:
                self.refused += 1
                raise NeedsUser("invalid_grant", code="reauthorisation_needed")
            self.good = f"refresh-{self.calls}"
            return Token(f"access-{self.calls}", self.good, 3600)


@contextmanager
def listening(issuer: Issuer) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            try:
                token = issuer.refresh(body)
                status, answer = 200, orjson.dumps({"access": token.access_token, "refresh": token.refresh_token})
            except NeedsUser:
                status, answer = 400, b"{}"
            self.send_response(status)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join(5)


def made(actor: Actor, *, expires_at: int | None = 0) -> None:
    secret = vaults.vault().seal(orjson.dumps({"access_token": "access-old", "refresh_token": "refresh-0"}), CONTEXT + CREDENTIAL)
    now = clock.now_ms()
    row: dict[str, Any] = {"id": CREDENTIAL, "provider": "tiny", "kind": "oauth2", "scopes": [], "secret": secret, "expires_at": expires_at}
    with database.transaction():
        connector_credentials.insert(actor.tenant_id, actor.mode, {**row, "created_at": now, "updated_at": now})


def keeper(actor: Actor, ask: Callable[[Mapping[str, Any]], Token], lost: Callable[[NeedsUser], None] = lambda _: None) -> TokenKeeper:
    return TokenKeeper(actor.tenant_id, actor.mode, CREDENTIAL, ask, lost)


def expire(actor: Actor) -> None:
    with database.transaction():
        database.execute("UPDATE connector_credentials SET expires_at = 0 WHERE id = ?", (CREDENTIAL,))


def asks(issuer: Issuer) -> Callable[[Mapping[str, Any]], Token]:
    return lambda secret: issuer.refresh(secret["refresh_token"])


def storm(url: str, address: str, tenant_id: str, gate: Any, results: Any, rounds: int) -> None:
    """Be one process: its threads all need the token at once, round after round."""
    vaults.install(Vault({1: MASTER_KEY}, 1))
    database.open_database(url)

    def need() -> None:
        for _ in range(rounds):
            gate.wait(60)
            try:
                results.put(TokenKeeper(tenant_id, "live", CREDENTIAL, lambda secret: ask(address, secret), lambda _: None).secret()["access_token"])
            except Exception as error:
                results.put(f"failed: {error!r}")
            finally:
                database.close()
            gate.wait(60)

    threads = [threading.Thread(target=need) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.criterion("connectors-5")
@pytest.mark.chaos
def test_forty_eight_workers_renew_an_expired_token_with_one_call(alice: Actor, opened: str, thorough: bool, figure: Callable[[str], None]) -> None:
    rounds, issuer, context = 200 if thorough else 6, Issuer(), multiprocessing.get_context("spawn")
    gate, results = context.Barrier(PROCESSES * THREADS + 1), context.Queue()
    made(alice)
    with listening(issuer) as address:
        arguments = (opened, address, alice.tenant_id, gate, results, rounds)
        processes = [context.Process(target=storm, args=arguments, daemon=True) for _ in range(PROCESSES)]
        for process in processes:
            process.start()
        for number in range(1, rounds + 1):
            expire(alice)
            gate.wait(60)
            seen = {results.get(timeout=60) for _ in range(PROCESSES * THREADS)}
            assert seen == {f"access-{number}"}
            gate.wait(60)
        for process in processes:
            process.join(30)
    assert (issuer.calls, issuer.refused) == (rounds, 0)
    figure(f"{rounds} expiries, {PROCESSES * THREADS} workers, {issuer.calls} token calls")


@pytest.mark.criterion("connectors-5")
def test_a_token_that_holds_is_not_renewed(alice: Actor) -> None:
    issuer = Issuer()
    made(alice, expires_at=clock.now_ms() + 600_000)
    assert keeper(alice, asks(issuer)).secret()["access_token"] == "access-old"
    assert issuer.calls == 0


def test_a_refused_token_is_renewed_by_whoever_meets_it_first(alice: Actor) -> None:
    issuer = Issuer()
    made(alice, expires_at=None)
    first, second = keeper(alice, asks(issuer)), keeper(alice, asks(issuer))
    assert first.secret() == second.secret()
    first.renew()
    second.renew()
    assert second.secret()["access_token"] == "access-1"
    assert issuer.calls == 1


@pytest.mark.criterion("connectors-6")
def test_a_vendor_that_refuses_is_believed_once_and_a_person_is_asked_once(alice: Actor) -> None:
    issuer = Issuer()
    told: list[NeedsUser] = []
    issuer.good = "another"
    made(alice)
    for _ in range(5):
        with pytest.raises(NeedsUser):
            keeper(alice, asks(issuer), told.append).secret()
    assert (issuer.calls, len(told)) == (1, 1)


@pytest.mark.criterion("connectors-6")
def test_a_refusal_that_another_worker_has_overtaken_is_not_believed(alice: Actor) -> None:
    made(alice)
    other = keeper(alice, lambda _: Token("access-other", "refresh-other", 3600))

    def slow(_: Mapping[str, Any]) -> Token:
        with clock.frozen(clock.now_ms() + 60_000):  # the lease is over, and somebody else takes it
            other.secret()
        raise NeedsUser("invalid_grant")

    assert keeper(alice, slow).secret()["access_token"] == "access-other"


@pytest.mark.criterion("connectors-6")
@pytest.mark.parametrize("asked", [False, True])
def test_a_kill_in_the_middle_ends_in_a_working_connection_or_one_notice(alice: Actor, asked: bool) -> None:
    issuer = Issuer()
    told: list[NeedsUser] = []
    made(alice)

    class Killed(BaseException):
        """Ends a worker as a kill does: nothing is tidied up."""

    def dies(secret: Mapping[str, Any]) -> Token:
        if asked:
            issuer.refresh(secret["refresh_token"])
        raise Killed

    with pytest.raises(Killed):
        keeper(alice, dies).secret()
    calls = issuer.calls
    with clock.frozen(clock.now_ms() + 60_000):
        if asked:
            for _ in range(3):
                with pytest.raises(NeedsUser):
                    keeper(alice, asks(issuer), told.append).secret()
        else:
            assert keeper(alice, asks(issuer), told.append).secret()["access_token"] == "access-1"
    assert issuer.calls == calls + 1
    assert len(told) == (1 if asked else 0)


@pytest.mark.criterion("connectors-6")
@pytest.mark.chaos
def test_a_process_killed_at_any_point_of_a_renewal_leaves_a_working_connection_or_one_notice(
    alice: Actor, opened: str, thorough: bool, figure: Callable[[str], None]
) -> None:
    issuer, kills, ends = Issuer(), 200 if thorough else KILLS, {"works": 0, "asks": 0}
    made(alice)
    with listening(issuer) as address, nursery(opened, address, alice.tenant_id, CREDENTIAL) as children:
        lines = children.renew(None)
        assert (lines > kills, issuer.calls) == (True, 1)
        for number in range(kills):
            again(alice, issuer)
            assert children.renew(1 + lines * number // kills) == 0, "it was killed"
            ends[after_a_kill(alice, issuer)] += 1
    figure(f"{kills} kills in {lines} lines: {ends['works']} connections work, {ends['asks']} ask once")
    assert min(ends.values()) > 0, "the points lie on both sides of the vendor's answer"


def again(actor: Actor, issuer: Issuer) -> None:
    """Let the token be over once more, and the vendor know the refresh token that we have."""
    issuer.calls, issuer.refused, issuer.good = 0, 0, "refresh-0"
    with database.transaction():
        database.execute("DELETE FROM connector_credentials WHERE id = ?", (CREDENTIAL,))
    made(actor)


def after_a_kill(actor: Actor, issuer: Issuer) -> str:
    """Return what three workers meet once the lease is over: all the same, with at most two calls and one notice."""
    told: list[NeedsUser] = []
    found = set()
    with clock.frozen(clock.now_ms() + LEASE_MS):
        for _ in range(3):
            try:
                found.add(keeper(actor, asks(issuer), told.append).secret()["access_token"])
            except NeedsUser:
                found.add("asks")
    assert (len(found), issuer.calls <= 2, len(told)) == (1, True, int(found == {"asks"}))
    return "asks" if told else "works"


@pytest.mark.criterion("connectors-6")
def test_a_vendor_that_is_away_is_asked_at_most_twice_a_minute(alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    made(alice)

    def away(_: Mapping[str, Any]) -> Token:
        calls.append(clock.now_ms())
        raise Later("no answer")

    monkeypatch.setattr("server.services.syncing.leases._PATIENCE_SECONDS", 0.0)
    with clock.frozen(clock.now_ms()) as held:
        began = held.at_ms
        while held.at_ms < began + 60_000:
            with pytest.raises(Later):
                keeper(alice, away).secret()
            held.advance(1_000)
    assert len(calls) == 60_000 // COOL_DOWN_MS + 1
