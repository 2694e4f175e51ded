"""Looking at a sending domain: every check of its DNS at once, within five seconds, outside any transaction."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from server.domain.mail import checks
from server.domain.mail.checks import Finding, Key, Wanted
from server.domain.mail.zone import Answer, Lookup, Record
from server.outbound import dns
from server.services import vaults
from server.services.email import blocklists, transport_policies

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from server.store.dkim_keys import Row
    from server.system.settings import Settings

SECONDS: Final = 4.8
_THREADS: Final = 16
_PUBLISHED: Final = frozenset({"pending", "verified", "active", "retiring"})


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found; `seen` says of each key, by id, whether its record is there, and leaves out those that nobody could say of."""

    findings: tuple[Finding, ...]
    seen: dict[str, bool]


def challenge(tenant_id: str, name: str) -> str:
    """Return what a tenant publishes to show that a domain is theirs: always the same, and another one for every tenant."""
    return vaults.vault().digest(f"{tenant_id}/{name}", "domain")[:32]


def wanted(settings: Settings, domain: Row, keys: Sequence[Row]) -> Wanted:
    """Return what a domain's records are compared with."""
    declared = settings.domains
    include = declared.spf_include
    terms = (f"include:{include}",) if include else tuple(f"ip{6 if ':' in one else 4}:{one}" for one in declared.source_addresses)
    host = urlsplit(settings.server.public_url).hostname or ""
    return Wanted(
        name=domain["name"],
        token=challenge(domain["tenant_id"], domain["name"]),
        keys=tuple(Key(key["selector"], key["algorithm"], key["public"], key["state"]) for key in keys if key["state"] in _PUBLISHED),
        addresses=declared.source_addresses,
        spf_terms=terms,
        helo=settings.email.helo_name or host,
        return_path=domain["return_path"] or "",
        return_path_host=declared.return_path_host,
        tracking=domain["tracking"] or "",
        tracking_host=declared.tracking_host or host,
        mail_host=declared.mail_host,
        report_address=declared.report_address,
    )


def examine(settings: Settings, domain: Row, keys: Sequence[Row]) -> Examination:
    """Look at everything; what has no answer in time is unknown."""
    asked, look = wanted(settings, domain, keys), _until(time.monotonic() + SECONDS)
    tasks: dict[str, Callable[[], Any]] = {name: partial(check, asked, look) for name, check in checks.CHECKS.items()}
    tasks["mta_sts"] = partial(_transport_policy, asked, look)
    tasks["blocklists"] = partial(blocklists.finding, domain["name"])
    published = [(row, key) for row in keys for key in asked.keys if key.selector == row["selector"]]
    seen = {row["id"]: partial(_key_state, asked, key, look) for row, key in published}
    done = _all_at_once({**tasks, **seen})
    findings = tuple(done.get(name) or Finding(name, "unknown", "The name servers took too long.") for name in tasks)
    states = {key_id: done.get(key_id, "unknown") for key_id in seen}
    return Examination(findings, {key_id: state == "ok" for key_id, state in states.items() if state != "unknown"})


def _until(ends: float) -> Lookup:
    """Return a look-up that asks nobody any more once the time is over, so that no thread outlives the answer for long."""
    return lambda name, kind: dns.look_anew(name, kind) if time.monotonic() < ends else Answer("failed", reason="There was no time left.")


def _key_state(asked: Wanted, key: Key, look: Lookup) -> checks.State:
    return checks.key_state(asked, key, look)[0]


def _transport_policy(asked: Wanted, look: Lookup) -> Finding:
    """Check MTA-STS with the policy itself, which only HTTPS tells."""
    policy, problem = transport_policies.fetch(asked.name)
    return checks.transport_policy(replace(asked, policy=policy, policy_problem=problem), look)


def _all_at_once(tasks: dict[str, Callable[[], Any]]) -> dict[str, Any]:
    pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="domain-check")
    try:
        running = {pool.submit(task): name for name, task in tasks.items()}
        return {running[one]: one.result() for one in wait(running, SECONDS).done}
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def shown(finding: Finding) -> dict[str, Any]:
    """Return a finding as it is kept and shown, with the line for a zone file beside each record."""
    return {**asdict(finding), "records": [shown_record(record) for record in finding.records]}


def shown_record(record: Record) -> dict[str, str]:
    """Return a record to paste, as it is shown."""
    return {**asdict(record), "zone_line": record.zone_line}
