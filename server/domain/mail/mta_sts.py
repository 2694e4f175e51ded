"""MTA-STS (RFC 8461): the record that announces a policy, the policy itself, and which mail hosts it lets mail go to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from server.domain.mail.zone import Answer, tags, versioned

Enforcement = Literal["enforce", "testing", "none"]
_ENFORCEMENTS: Final[dict[str, Enforcement]] = {"enforce": "enforce", "testing": "testing", "none": "none"}
LONGEST_AGE: Final = 31_557_600
MOST_BYTES: Final = 65_536
_MOST_HOSTS: Final = 100
_ID = re.compile(r"[A-Za-z0-9]{1,32}")
_HOST = re.compile(r"(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy: `hosts` are names of mail hosts, or `*.` and the name they lie directly below."""

    enforcement: Enforcement
    hosts: tuple[str, ...]
    max_age: int


def policy_id(answer: Answer) -> str | None:
    """Return the id that the record at `_mta-sts.` announces; None where there is no policy: no record, several, or a broken one."""
    texts = versioned(answer, "v=STSv1")
    found = (tags(texts[0]) or {}).get("id", "") if len(texts) == 1 else ""
    return found if _ID.fullmatch(found) else None


def parse(text: str) -> Policy:
    """Return a policy. Raises ValueError saying what is wrong with it."""
    fields: dict[str, list[str]] = {}
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip(), []).append(value.strip())
    if fields.get("version") != ["STSv1"]:
        raise ValueError("It does not say 'version: STSv1'.")
    enforcement = _ENFORCEMENTS.get((fields.get("mode") or [""])[0])
    if enforcement is None:
        raise ValueError("Its mode is none of enforce, testing, none.")
    age = (fields.get("max_age") or [""])[0]
    if not re.fullmatch(r"[0-9]{1,10}", age):
        raise ValueError("Its max_age is no number of seconds.")
    hosts = tuple(host.lower().removesuffix(".") for host in fields.get("mx", []))[:_MOST_HOSTS]
    if enforcement != "none" and (not hosts or not all(map(_HOST.fullmatch, hosts))):
        raise ValueError("It names no mail host, or one that is no name.")
    return Policy(enforcement, hosts, min(int(age), LONGEST_AGE))


def covers(policy: Policy, host: str) -> bool:
    """Tell whether a policy names a mail host; a wildcard stands for exactly one label."""
    name = host.lower().removesuffix(".")
    return any(name == one or (one.startswith("*.") and name.partition(".")[2] == one[2:]) for one in policy.hosts)
