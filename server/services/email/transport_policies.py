"""MTA-STS of domains that mail is sent to: looked for at most once an hour, kept as long as a policy says, obeyed until it is over.

A policy that was seen holds although its record or its host has gone since: otherwise whoever can cut those off could have mail
delivered without TLS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import orjson

from server.domain.errors import JunctionError
from server.domain.mail import mta_sts
from server.domain.mail.mta_sts import Policy
from server.outbound import dns, fetching
from server.store import database, transport_policies
from server.system import clock

if TYPE_CHECKING:
    from server.store.transport_policies import Row

LOOK_AGAIN_MS: Final = 3_600_000
RETRY_MS: Final = 300_000
PATH: Final = ".well-known/mta-sts.txt"


def policy_for(domain: str) -> Policy | None:
    """Return the policy that mail to a domain has to obey, None where there is none. May ask the network, so never in a transaction."""
    now, row = clock.now_ms(), transport_policies.find(domain)
    if row is None or row["looked_at"] + (RETRY_MS if row["failure"] else LOOK_AGAIN_MS) <= now:
        row = _look(domain, row, now)
        with database.transaction():
            transport_policies.put(row)
    return _kept(row, now)


def _kept(row: Row, now: int) -> Policy | None:
    if row["enforcement"] is None or row["expires_at"] <= now:
        return None
    return Policy(cast("mta_sts.Enforcement", row["enforcement"]), tuple(orjson.loads(row["hosts"])), (row["expires_at"] - row["fetched_at"]) // 1000)


def _look(domain: str, row: Row | None, now: int) -> dict[str, Any]:
    """Return what is known of a domain after looking: what was kept, or the policy of a new id."""
    unknown = {"domain": domain, "policy_id": None, "enforcement": None, "hosts": "[]", "fetched_at": None, "expires_at": None}
    kept = {**(row or unknown), "looked_at": now, "failure": None}
    announced = mta_sts.policy_id(dns.lookup(f"_mta-sts.{domain}", "TXT"))
    if announced is None or (announced == kept["policy_id"] and kept["expires_at"] > now):
        return kept
    policy, problem = fetch(domain)
    if policy is None:
        return {**kept, "failure": problem}
    times = {"fetched_at": now, "expires_at": now + policy.max_age * 1000}
    return {**kept, **times, "policy_id": announced, "enforcement": policy.enforcement, "hosts": orjson.dumps(policy.hosts).decode()}


def fetch(domain: str) -> tuple[Policy | None, str]:
    """Return a domain's policy as it is now, or None and what is wrong with it."""
    try:
        return mta_sts.parse(fetching.fetch(f"https://mta-sts.{domain}/{PATH}").decode("utf-8", "replace")), ""
    except JunctionError as error:
        return None, error.detail
    except ValueError as error:
        return None, str(error)
