"""Who may read the figures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.appliance import Appliance, running

TOKEN = "a token of the monitoring"


@pytest.fixture(scope="module")
def appliance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Appliance]:
    folder: Path = tmp_path_factory.mktemp("health")
    with running(folder, f"sqlite:///{folder}/x.sqlite3", metrics__token=TOKEN, server__trusted_proxies=["127.0.0.1/32"]) as found:
        yield found


STRANGER = {"X-Forwarded-For": "203.0.113.7"}


def test_this_machine_reads_the_figures_and_a_stranger_behind_the_proxy_does_not(appliance: Appliance) -> None:
    assert appliance.anonymous.get("/metrics").status == 200
    refused = appliance.anonymous.get("/metrics", headers=STRANGER)
    assert (refused.status, refused.json["code"]) == (401, "unauthenticated")


def test_the_token_and_an_operators_key_open_them_from_anywhere(appliance: Appliance) -> None:
    assert appliance.client(TOKEN).get("/metrics", headers=STRANGER).status == 200
    assert appliance.operator().get("/metrics", headers=STRANGER).status == 200
    assert appliance.client("another token").get("/metrics", headers=STRANGER).status == 401


def test_a_tenants_key_does_not(appliance: Appliance) -> None:
    alice = appliance.persona("alice", appliance.tenant())
    assert alice.client.get("/metrics", headers=STRANGER).status == 401


def test_a_header_of_a_proxy_that_nobody_trusts_is_no_proof_of_being_here(appliance: Appliance) -> None:
    assert appliance.anonymous.get("/metrics", headers={"Forwarded": "for=203.0.113.7"}).status == 401


def test_alive_and_ready_say_so(appliance: Appliance) -> None:
    assert appliance.anonymous.get("/healthz").json == {"status": "alive"}
    assert appliance.anonymous.get("/readyz").json == {"status": "ready", "reasons": [], "warnings": []}
