"""DMARC by RFC 9989: records, the tree walk that finds policy and organizational domain, alignment, and the verdict on a message.

There is no list of public suffixes: the walk asks `_dmarc.` of a name and of those above it, at most eight times. `pct`, `rf` and
`ri` are gone and ignored; a record without `p` asks for nothing, unless it asks for reports.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from server.domain.mail.names import ascii_name
from server.domain.mail.zone import Answer, Lookup, tags, versioned

Policy = Literal["none", "quarantine", "reject"]
Result = Literal["pass", "fail", "none", "temperror", "permerror"]
MOST_QUERIES: Final = 8
_POLICIES: Final[dict[str, Policy]] = {"none": "none", "quarantine": "quarantine", "reject": "reject"}
# What a domain that only tests its policy gets instead (section 5.2, tag t).
_MILDER: Final[dict[Policy, Policy]] = {"reject": "quarantine", "quarantine": "none", "none": "none"}


@dataclass(frozen=True, slots=True)
class Published:
    """A DMARC record, and the name it was found for. `psd` is y, n or u; `rua` are the addresses as written."""

    name: str
    policy: Policy
    subdomains: Policy
    missing: Policy
    strict_dkim: bool
    strict_spf: bool
    psd: str
    testing: bool
    rua: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Walk:
    """What a tree walk met, the nearest name first. `failed` says which query had no answer, empty when all had."""

    records: tuple[Published, ...]
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What DMARC says of a message: `policy` is what its domain asks to be done, None where it asks nothing."""

    result: Result
    reason: str
    domain: str
    policy: Policy | None = None
    aligned: tuple[str, ...] = ()


def parse(text: str, name: str) -> Published | None:
    """Return what a record publishes, or None for one that is to be ignored (section 4.7)."""
    found = tags(text)
    if found is None or found.get("v") != "DMARC1":
        return None
    rua = tuple(one.strip() for one in found.get("rua", "").split(",") if one.strip())
    asked = _POLICIES.get(found.get("p", "").lower())
    if asked is None and not rua:
        return None
    policy = asked or "none"
    below = _POLICIES.get(found.get("sp", "").lower(), policy)
    missing = _POLICIES.get(found.get("np", "").lower(), below)
    strict_dkim, strict_spf = (found.get(tag, "r").lower() == "s" for tag in ("adkim", "aspf"))
    psd = found.get("psd", "u").lower()
    own = psd if psd in {"y", "n"} else "u"
    return Published(name, policy, below, missing, strict_dkim, strict_spf, own, found.get("t", "n").lower() == "y", rua)


def places(name: str) -> list[str]:
    """Return the names that a tree walk asks for, the nearest first (section 4.10)."""
    labels = name.split(".")
    above = labels[1:] if len(labels) < MOST_QUERIES else labels[-(MOST_QUERIES - 1) :]
    return [name, *(".".join(above[place:]) for place in range(len(above)))]


def walk(name: str, lookup: Lookup) -> Walk:
    """Return the records at a name and above it, up to the one that says where an organization begins."""
    records: list[Published] = []
    for place in places(name):
        answer = lookup(f"_dmarc.{place}", "TXT")
        if answer.state == "failed":
            return Walk(tuple(records), f"_dmarc.{place}: {answer.reason}")
        found = _only(answer, place)
        if found is not None:
            records.append(found)
            if found.psd != "u":
                break
    return Walk(tuple(records))


def _only(answer: Answer, name: str) -> Published | None:
    """Return the one record of an answer: of several none counts."""
    texts = versioned(answer, "v=DMARC1")
    return parse(texts[0], name) if len(texts) == 1 else None


def organization(name: str, walked: Walk) -> str:
    """Return the organizational domain of a name by its walk (section 4.10.2)."""
    for found in walked.records:
        if found.psd == "n":
            return found.name
        if found.psd == "y" and found.name != name:
            # The organization begins one label below a public suffix.
            return ".".join(name.split(".")[-(found.name.count(".") + 2) :])
    return min((found.name for found in walked.records), key=lambda one: one.count("."), default=name)


def policy_record(name: str, walked: Walk) -> Published | None:
    """Return the record whose policy holds for a name: its own, or its organization's, or its public suffix's (section 4.10.1)."""
    own = organization(name, walked)
    by_name = {found.name: found for found in walked.records}
    suffix = next((found for found in walked.records if found.psd == "y"), None)
    return by_name.get(name) or by_name.get(own) or suffix


def aligned(name: str, other: str, *, strict: bool, lookup: Lookup) -> bool:
    """Tell whether a domain that was authenticated stands for the one in From."""
    if name == other:
        return True
    # Domains of one organization share at least their last two labels' worth of a tail; others need no walk.
    if strict or name.rpartition(".")[2] != other.rpartition(".")[2]:
        return False
    return organization(name, walk(name, lookup)) == organization(other, walk(other, lookup))


def evaluate(from_domain: str, spf_domain: str | None, dkim_domains: Iterable[str], lookup: Lookup, *, temporary: bool = False) -> Verdict:
    """Judge a message by the domains that passed SPF and DKIM; `temporary` says that one of them could not be looked at."""
    name = ascii_name(from_domain)
    if name is None:
        return Verdict("permerror", "From holds no single domain.", from_domain[:255])
    walked, vouching = walk(name, lookup), list(dkim_domains)
    if walked.failed and not _decides_alone(name, walked, [*vouching, *([spf_domain] if spf_domain else [])]):
        return Verdict("temperror", f"The policy could not be looked up: {walked.failed}", name)
    record = policy_record(name, walked)
    if record is None:
        return Verdict("none", f"{name} publishes no DMARC policy.", name)
    passed = _aligned_names(name, spf_domain, vouching, record, lookup)
    policy = _asked(name, record, lookup)
    if passed:
        return Verdict("pass", f"Aligned by {' and '.join(passed)}.", name, policy, tuple(passed))
    if temporary:
        return Verdict("temperror", "Nothing is aligned, and a look-up failed.", name, policy)
    return Verdict("fail", f"Neither SPF nor DKIM passed for {name}; {record.name} asks for {policy}.", name, policy)


def _decides_alone(name: str, walked: Walk, vouching: Sequence[str]) -> bool:
    """Tell whether a name's own record is enough: names above it say only which other names are of its organization."""
    return any(found.name == name for found in walked.records) and (not vouching or name in vouching)


def _aligned_names(name: str, spf_domain: str | None, dkim_domains: Sequence[str], record: Published, lookup: Lookup) -> list[str]:
    found = [f"dkim={one}" for one in dkim_domains if aligned(name, one, strict=record.strict_dkim, lookup=lookup)][:1]
    if spf_domain is not None and aligned(name, spf_domain, strict=record.strict_spf, lookup=lookup):
        found.append(f"spf={spf_domain}")
    return found


def _asked(name: str, record: Published, lookup: Lookup) -> Policy:
    below = record.missing if record.name != name and _is_missing(name, lookup) else record.subdomains
    policy = record.policy if record.name == name else below
    return _MILDER[policy] if record.testing else policy


def _is_missing(name: str, lookup: Lookup) -> bool:
    """Tell whether a name is not in the DNS at all: `np` is for those."""
    return all(lookup(name, kind).state == "no_name" for kind in ("A", "AAAA", "MX"))
