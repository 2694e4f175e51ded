"""Blocklists are asked through a real name server: a refusal or a rewriting is never shown as a listing."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.services import components
from server.services.email import blocklists
from server.store import blocklist_listings
from server.system.settings import Settings
from server.worker.schedule import TASKS
from tests.peers.nsd import NameServer

pytestmark = [pytest.mark.usefixtures("opened"), pytest.mark.criterion("email-16")]
OURS = "7.100.51.198"
ADDRESSES = ("zen.spamhaus.org", "bl.spamcop.net", "b.barracudacentral.org", "psbl.surriel.com")
WELL = "2.0.0.127 IN A 127.0.0.2\n"
DOMAINS = {"dbl.spamhaus.org": "test IN A 127.0.1.2\n", "multi.surbl.org": "test IN A 127.0.0.254\n"}


def serve(name_server: NameServer, **lists: str) -> None:
    zones = dict.fromkeys(ADDRESSES, WELL) | DOMAINS
    name_server.serve(zones | {name.replace("_", "."): lines for name, lines in lists.items()})


def standings() -> dict[str, str]:
    return {row["zone"]: row["state"] for row in blocklist_listings.list_all()}


def test_a_real_listing_is_raised_and_taken_back(name_server: NameServer, settings: Settings) -> None:
    serve(name_server)
    assert blocklists.check_addresses(settings) == len(ADDRESSES)
    assert set(standings().values()) == {"clean"}
    assert components.COMPONENTS["blocklists"](settings).state == "ok"
    serve(name_server, zen_spamhaus_org=WELL + f"{OURS} IN A 127.0.0.4\n")
    assert blocklists.check_addresses(settings) == 1
    assert standings()["zen.spamhaus.org"] == "listed"
    found = components.COMPONENTS["blocklists"](settings)
    assert (found.state, "check.spamhaus.org" in found.detail) == ("warning", True)
    assert blocklists.finding("example.com").state == "failed"
    serve(name_server)
    assert blocklists.check_addresses(settings) == 1
    assert components.COMPONENTS["blocklists"](settings).state == "ok"


@pytest.mark.parametrize(
    "zone",
    [
        WELL + "* IN A 127.255.255.254\n",
        "* IN A 127.0.0.2\n",
        "* IN A 198.51.100.1\n",
        "",
    ],
)
def test_what_is_no_answer_of_the_list_is_unknown_with_its_reason(name_server: NameServer, settings: Settings, zone: str) -> None:
    serve(name_server, zen_spamhaus_org=zone)
    blocklists.check_addresses(settings)
    (row,) = (row for row in blocklist_listings.list_all() if row["zone"] == "zen.spamhaus.org")
    assert (row["state"], row["detail"] != "") == ("unknown", True)
    assert components.COMPONENTS["blocklists"](settings).state == "ok"


def test_lists_that_do_not_answer_are_unknown(impatient: None, name_server: NameServer, settings: Settings) -> None:
    serve(name_server)
    name_server.stop()
    blocklists.check_addresses(settings)
    assert set(standings().values()) == {"unknown"}
    assert blocklists.finding("example.com").state == "unknown"


def test_a_listed_domain_is_found(name_server: NameServer) -> None:
    serve(name_server, dbl_spamhaus_org=DOMAINS["dbl.spamhaus.org"] + "example.com IN A 127.0.1.4\n")
    assert blocklists.finding("example.com").state == "failed"
    assert blocklists.finding("example.org").state == "ok"


def test_the_watch_comes_every_half_hour_at_least(settings: Settings, tmp_path: Path) -> None:
    assert next(task for task in TASKS if task.name == "blocklists").every_seconds <= 1800
