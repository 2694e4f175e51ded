"""What the DNS must say for a domain to send well: one check each, and for each finding the exact record to paste.

A look-up that fails makes a finding `unknown`, never `failed`: nobody is alarmed, and nothing is revoked, because a name server
was away. `optional` is what a domain can do without.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final, Literal

from server.domain.mail import bimi, dkim, dmarc, mta_sts, spf
from server.domain.mail.names import is_within
from server.domain.mail.zone import Answer, Lookup, Record, tags, versioned

State = Literal["ok", "optional", "warning", "failed", "unknown"]
CHALLENGE: Final = "_domain-verification"
CHALLENGE_PREFIX: Final = "domain-verification="


@dataclass(frozen=True, slots=True)
class Key:
    """A DKIM key as it has to be published."""

    selector: str
    algorithm: str
    public: str
    state: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a domain's records are compared with; what is empty is not asked for.

    `addresses` are those that mail leaves from, `spf_terms` the mechanisms that let them pass, `return_path` and `tracking` names
    below the domain, the hosts beside them where those must lead.
    """

    name: str
    token: str
    keys: tuple[Key, ...] = ()
    addresses: tuple[str, ...] = ()
    spf_terms: tuple[str, ...] = ()
    helo: str = ""
    return_path: str = ""
    return_path_host: str = ""
    tracking: str = ""
    tracking_host: str = ""
    mail_host: str = ""
    report_address: str = ""
    policy: mta_sts.Policy | None = None
    policy_problem: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """How one thing is: in one sentence, what was found, and what to publish so that it is well."""

    check: str
    state: State
    detail: str
    found: tuple[str, ...] = ()
    records: tuple[Record, ...] = field(default=())


def ownership(wanted: Wanted, lookup: Lookup) -> Finding:
    """Whether the tenant can write into the zone."""
    record = Record("TXT", f"{CHALLENGE}.{wanted.name}", CHALLENGE_PREFIX + wanted.token)
    answer = lookup(record.name, "TXT")
    if answer.state == "failed":
        return _unknown("ownership", answer, record)
    if record.value in answer.texts:
        return Finding("ownership", "ok", "The domain is yours.", answer.texts)
    return Finding("ownership", "failed", "Nothing shows yet that the domain is yours.", answer.texts, (record,))


def key_record(wanted: Wanted, key: Key) -> Record:
    """Return the record that publishes a key."""
    return Record("TXT", f"{key.selector}._domainkey.{wanted.name}", dkim.public_record(key.algorithm, key.public))


def key_state(wanted: Wanted, key: Key, lookup: Lookup) -> tuple[State, str]:
    """Return whether a key is published as it has to be, and one sentence about it."""
    record = key_record(wanted, key)
    answer = lookup(record.name, "TXT")
    if answer.state == "failed":
        return "unknown", f"{record.name}: {answer.reason}"
    for text in answer.texts:
        said = tags(text) or {}
        if said.get("p", "").replace(" ", "") == key.public:
            return ("warning", f"{record.name} says it only tests (t=y).") if "y" in said.get("t", "").split(":") else ("ok", "")
    if answer.texts:
        return "failed", f"{record.name} publishes another key."
    return "failed", f"{record.name} is not published."


def keys(wanted: Wanted, lookup: Lookup) -> Finding:
    """Whether every key that signs, or will, is published."""
    states = [(key, *key_state(wanted, key, lookup)) for key in wanted.keys if key.state != "retired"]
    if not states:
        return Finding("dkim", "failed", "There is no key; rotate the keys to make some.")
    missing = tuple(key_record(wanted, key) for key, state, _ in states if state != "ok")
    problems = " ".join(detail for _, _, detail in states if detail)
    signing = [state for key, state, _ in states if key.state in {"active", "retiring"}]
    if not missing:
        return Finding("dkim", "ok", "Every key is published.", tuple(key.selector for key, _, _ in states))
    # A key that waits for its record is no fault of a domain that signs with another.
    waits = bool(signing) and all(state == "ok" for state in signing)
    worst: State = "warning" if waits else "unknown" if {state for _, state, _ in states} <= {"ok", "unknown"} else "failed"
    return Finding("dkim", worst, problems, (), missing)


def sender_policy(wanted: Wanted, lookup: Lookup) -> Finding:
    """Whether SPF lets our addresses send, and receivers can evaluate it."""
    examined = spf.examine(wanted.name, lookup)
    found = (examined.text,) if examined.text else ()
    if examined.failed:
        return Finding("spf", "unknown", f"Nobody could say: {examined.failed}", found)
    covered = {*examined.names, *examined.networks}
    lacking = [term for term in wanted.spf_terms if not _is_covered(term, covered)]
    record = Record("TXT", wanted.name, spf.authorizing(examined.text, lacking))
    if examined.text is None:
        return Finding("spf", "failed", "There is no SPF record.", (), (record,))
    if lacking:
        return Finding("spf", "failed", f"The record lets {', '.join(lacking)} not send.", found, (record,))
    if examined.problems:
        return Finding("spf", "failed", " ".join(examined.problems), found)
    return Finding("spf", "ok", f"The record lets us send, at {examined.lookups} of {spf.MOST_LOOKUPS} look-ups.", found)


def _is_covered(term: str, covered: set[str]) -> bool:
    return term.partition(":")[2] in covered


def domain_policy(wanted: Wanted, lookup: Lookup) -> Finding:
    """Whether a DMARC policy is published, and what is sent is aligned with it."""
    walked = dmarc.walk(wanted.name, lookup)
    reports = f"; rua=mailto:{wanted.report_address}" if wanted.report_address else ""
    record = Record("TXT", f"_dmarc.{wanted.name}", f"v=DMARC1; p=none{reports}")
    if walked.failed:
        return Finding("dmarc", "unknown", f"Nobody could say: {walked.failed}", (), (record,))
    published = dmarc.policy_record(wanted.name, walked)
    if published is None:
        return Finding("dmarc", "failed", "There is no DMARC record.", (), (record,))
    found = (f"_dmarc.{published.name}: p={published.policy}",)
    if published.policy == "none":
        stricter = Record("TXT", f"_dmarc.{wanted.name}", f"v=DMARC1; p=quarantine{reports}")
        return Finding("dmarc", "warning", "The policy only watches; ask for quarantine once the reports are clean.", found, (stricter,))
    unheard = _unheard(wanted, published, lookup)
    if unheard:
        return Finding("dmarc", "warning", f"Receivers send no reports to {wanted.report_address} until it agrees to take them.", found, (unheard,))
    strict = published.strict_spf and wanted.return_path != wanted.name
    note = " Signatures are aligned; SPF is not, since aspf=s wants the very name of From." if strict else " Signatures and return path are aligned."
    return Finding("dmarc", "ok", f"Receivers are asked to {published.policy} what is not yours.{note}", found)


def _unheard(wanted: Wanted, published: dmarc.Published, lookup: Lookup) -> Record | None:
    """Return the record by which an address elsewhere agrees to take a domain's reports (RFC 9990 section 4), where it is missing."""
    elsewhere = wanted.report_address.rpartition("@")[2]
    asked = any(one.lower().partition("!")[0] == f"mailto:{wanted.report_address}".lower() for one in published.rua)
    if not asked or is_within(elsewhere, published.name) or is_within(published.name, elsewhere):
        return None
    record = Record("TXT", f"{published.name}._report._dmarc.{elsewhere}", "v=DMARC1;")
    answer = lookup(record.name, "TXT")
    return None if answer.state == "failed" or versioned(answer, "v=DMARC1") else record


def mail_hosts(wanted: Wanted, lookup: Lookup) -> Finding:
    """Whether replies find somewhere to go."""
    answer = lookup(wanted.name, "MX")
    record = (Record("MX", wanted.name, f"10 {wanted.mail_host}"),) if wanted.mail_host else ()
    if answer.state == "failed":
        return Finding("mx", "unknown", f"Nobody could say: {answer.reason}")
    hosts = _hosts(answer)
    if hosts == [""]:
        return Finding("mx", "warning", "The domain says that it takes no mail (null MX); replies are lost.", answer.texts, record)
    if not hosts:
        return Finding("mx", "warning", "The domain has no MX record; replies have nowhere to go.", (), record)
    lost = [host for host in hosts if all(_is_away(lookup(host, kind)) for kind in ("A", "AAAA"))]
    if lost:
        return Finding("mx", "warning", f"{', '.join(lost)} has no address.", answer.texts)
    return Finding("mx", "ok", "Replies are taken.", answer.texts)


def _hosts(answer: Answer) -> list[str]:
    return [text.partition(" ")[2] for text in sorted(answer.texts, key=lambda one: int(one.partition(" ")[0]))]


def _is_away(answer: Answer) -> bool:
    return answer.state in {"absent", "no_name"}


def reverse(wanted: Wanted, lookup: Lookup) -> Finding:
    """Whether the addresses that mail leaves from have names that lead back to them, and HELO is one of those."""
    if not wanted.addresses:
        return Finding("ptr", "optional", "No address is named that mail leaves from.")
    problems, records, found = [], [], []
    for address in wanted.addresses:
        answer = lookup(ip_address(address).reverse_pointer, "PTR")
        if answer.state == "failed":
            return Finding("ptr", "unknown", f"Nobody could say what {address} is called: {answer.reason}")
        found += [f"{address} is {name}" for name in answer.texts]
        back = [name for name in answer.texts if address in _addresses(name, lookup)]
        if wanted.helo not in back if wanted.helo else not back:
            problems.append(f"{address} does not lead to {wanted.helo or 'a name'} and back.")
            records += _reverse_records(address, wanted.helo)
    if problems:
        return Finding("ptr", "failed", " ".join(problems), tuple(found), tuple(records))
    return Finding("ptr", "ok", "Every address leads to its name and back.", tuple(found))


def _addresses(name: str, lookup: Lookup) -> set[str]:
    return {text for kind in ("A", "AAAA") for text in lookup(name, kind).texts}


def _reverse_records(address: str, helo: str) -> list[Record]:
    parsed = ip_address(address)
    pointing = Record("PTR", parsed.reverse_pointer, helo)
    return [pointing, Record("AAAA" if parsed.version == 6 else "A", helo, address)] if helo else []


def return_path(wanted: Wanted, lookup: Lookup) -> Finding:
    """Whether bounces come back to us, which also aligns SPF."""
    return _alias("return_path", wanted.return_path, wanted.return_path_host, lookup)


def tracking(wanted: Wanted, lookup: Lookup) -> Finding:
    """Whether links in mail lead to us by the domain's own name."""
    return _alias("tracking", wanted.tracking, wanted.tracking_host, lookup)


def _alias(check: str, name: str, host: str, lookup: Lookup) -> Finding:
    if not name or not host:
        return Finding(check, "optional", "It is not used.")
    record = Record("CNAME", name, host)
    answer = lookup(name, "CNAME")
    if answer.state == "failed":
        return _unknown(check, answer, record)
    if host in answer.texts:
        return Finding(check, "ok", f"{name} leads to us.", answer.texts)
    detail = f"{name} leads to {answer.texts[0]}." if answer.texts else f"{name} is not published."
    return Finding(check, "failed", detail, answer.texts, (record,))


def _policy_text(wanted: Wanted, lookup: Lookup) -> str:
    """Return the policy to begin with: it only reports, and names the mail hosts that there are."""
    hosts = [host for host in _hosts(lookup(wanted.name, "MX")) if host] or ([wanted.mail_host] if wanted.mail_host else [wanted.name])
    return " / ".join(["version: STSv1", "mode: testing", *(f"mx: {host}" for host in hosts), "max_age: 86400"])


def transport_policy(wanted: Wanted, lookup: Lookup) -> Finding:
    """Whether the domain tells senders to insist on TLS, and its policy fits its mail hosts."""
    answer = lookup(f"_mta-sts.{wanted.name}", "TXT")
    record = Record("TXT", f"_mta-sts.{wanted.name}", "v=STSv1; id=1")
    if answer.state == "failed":
        return _unknown("mta_sts", answer, record)
    if mta_sts.policy_id(answer) is None:
        detail = "The record is not one of MTA-STS." if versioned(answer, "v=STSv1") else "Senders are not told to insist on TLS."
        return Finding("mta_sts", "failed" if answer.texts else "optional", detail, answer.texts, (record,))
    if wanted.policy is None:
        detail = f"A policy is announced, but cannot be had: {wanted.policy_problem} Serve at that address: {_policy_text(wanted, lookup)}"
        return Finding("mta_sts", "failed", detail, answer.texts)
    strangers = [host for host in _hosts(lookup(wanted.name, "MX")) if not mta_sts.covers(wanted.policy, host)]
    if strangers and wanted.policy.enforcement != "none":
        return Finding("mta_sts", "failed", f"The policy does not name {', '.join(strangers)}; senders refuse to deliver there.", answer.texts)
    return Finding("mta_sts", "ok", f"Senders are told to {wanted.policy.enforcement} TLS.", answer.texts)


def transport_reports(wanted: Wanted, lookup: Lookup) -> Finding:
    """Whether senders are asked to report failures of TLS (RFC 8460)."""
    answer = lookup(f"_smtp._tls.{wanted.name}", "TXT")
    record = Record("TXT", f"_smtp._tls.{wanted.name}", f"v=TLSRPTv1; rua=mailto:{wanted.report_address or 'postmaster@' + wanted.name}")
    if answer.state == "failed":
        return _unknown("tls_rpt", answer, record)
    texts = versioned(answer, "v=TLSRPTv1")
    if len(texts) == 1 and (tags(texts[0]) or {}).get("rua", "").startswith(("mailto:", "https:")):
        return Finding("tls_rpt", "ok", "Senders report failures of TLS.", answer.texts)
    if answer.texts:
        return Finding("tls_rpt", "failed", "The record is not one that asks for reports, or there are several.", answer.texts, (record,))
    return Finding("tls_rpt", "optional", "Nobody is asked to report failures of TLS.", (), (record,))


def logo(wanted: Wanted, lookup: Lookup) -> Finding:
    """Whether a logo is published, and mailboxes may show it."""
    answer = lookup(f"default._bimi.{wanted.name}", "TXT")
    if answer.state == "failed":
        return Finding("bimi", "unknown", f"Nobody could say: {answer.reason}")
    policy = dmarc.policy_record(wanted.name, dmarc.walk(wanted.name, lookup))
    problem = bimi.problem(answer, policy)
    record = Record("TXT", f"default._bimi.{wanted.name}", f"v=BIMI1; l=https://{wanted.name}/logo.svg; a=")
    if not versioned(answer, "v=BIMI1"):
        return Finding("bimi", "optional", "No logo is published.", answer.texts, (record,))
    return Finding("bimi", "warning" if problem else "ok", problem or "A logo is published.", answer.texts)


def pinned_certificates(wanted: Wanted, lookup: Lookup) -> Finding:
    """Whether the mail hosts' certificates are pinned by DANE (RFC 7672); only a signed zone makes that count."""
    hosts = [host for host in _hosts(lookup(wanted.name, "MX")) if host]
    answers = {host: lookup(f"_25._tcp.{host}", "TLSA") for host in hosts}
    found = tuple(f"{host}: {text}" for host, answer in answers.items() for text in answer.texts)
    without = [host for host, answer in answers.items() if not answer.texts]
    if found and without:
        return Finding("tlsa", "warning", f"{', '.join(without)} is not pinned, the other mail hosts are.", found)
    return Finding("tlsa", "ok" if found else "optional", "The mail hosts' certificates are pinned." if found else "None is pinned.", found)


def _unknown(check: str, answer: Answer, record: Record) -> Finding:
    return Finding(check, "unknown", f"Nobody could say: {answer.reason}", (), (record,))


CHECKS: Final[dict[str, Callable[[Wanted, Lookup], Finding]]] = {
    "ownership": ownership,
    "dkim": keys,
    "spf": sender_policy,
    "dmarc": domain_policy,
    "mx": mail_hosts,
    "ptr": reverse,
    "return_path": return_path,
    "tracking": tracking,
    "mta_sts": transport_policy,
    "tls_rpt": transport_reports,
    "bimi": logo,
    "tlsa": pinned_certificates,
}
