"""Sites: who really takes the mail of a domain. Domains whose mail exchangers belong to one provider are one site.

What a provider bears is data: connections at once, messages over one connection, messages in a period. Where the table
says nothing of a site, `DEFAULT` holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Site:
    """A provider of mailboxes: the ends of its exchangers' names, domains known by heart, and what it bears."""

    key: str
    title: str
    exchangers: tuple[str, ...]
    domains: tuple[str, ...] = ()
    connections: int = 10
    per_connection: int = 100
    messages: int | None = None
    period_ms: int = 60_000
    requires_tls: bool = False


DEFAULT: Final = Site("", "Any other", ())
SITES: Final = (
    Site("google", "Google", ("google.com", "googlemail.com", "smtp.goog"), ("gmail.com", "googlemail.com"), 5, 50, requires_tls=True),
    Site("outlook", "Outlook.com", ("olc.protection.outlook.com",), ("outlook.com", "hotmail.com", "live.com", "msn.com"), 5, 50),
    Site("office365", "Microsoft 365", ("mail.protection.outlook.com", "mx.microsoft"), (), 5, 50),
    Site("yahoo", "Yahoo and AOL", ("yahoodns.net",), ("yahoo.com", "aol.com", "ymail.com", "rocketmail.com"), 10, 20),
    Site("apple", "iCloud", ("mail.icloud.com",), ("icloud.com", "me.com", "mac.com"), 10, 5),
    Site("comcast", "Comcast", ("comcast.net",), ("comcast.net",), 25, 1000),
    Site("orange", "Orange", ("orange.fr", "wanadoo.fr"), ("orange.fr", "wanadoo.fr"), 2, 50),
    Site("gmx", "GMX and WEB.DE", ("gmx.net", "web.de"), ("gmx.de", "gmx.net", "gmx.com", "web.de"), 4, 20),
    Site("t-online", "Telekom", ("t-online.de",), ("t-online.de",), 5, 50),
    Site("qq", "QQ Mail", ("qq.com",), ("qq.com", "foxmail.com"), 4, 8),
    Site("netease", "NetEase", ("netease.com", "163.com"), ("163.com", "126.com", "yeah.net"), 4, 7),
    Site("yandex", "Yandex", ("yandex.ru", "yandex.net"), ("yandex.ru", "yandex.com"), 5, 20),
    Site("mailru", "Mail.ru", ("mail.ru",), ("mail.ru", "bk.ru", "inbox.ru", "list.ru"), 5, 50),
    Site("proofpoint", "Proofpoint", ("pphosted.com", "ppe-hosted.com"), (), 10, 50),
    Site("mimecast", "Mimecast", ("mimecast.com", "mimecast.co.za"), (), 10, 50),
    Site("barracuda", "Barracuda", ("barracudanetworks.com", "ess.barracudanetworks.com"), (), 10, 50),
    Site("zoho", "Zoho", ("zoho.com", "zoho.eu"), ("zoho.com",), 5, 50),
    Site("fastmail", "Fastmail", ("messagingengine.com",), ("fastmail.com", "fastmail.fm"), 10, 50),
    Site("ionos", "IONOS", ("kundenserver.de", "ionos.com", "1and1.com"), (), 5, 50),
    Site("ovh", "OVH", ("ovh.net",), (), 5, 50),
    Site("libero", "Libero", ("libero.it", "iol.it"), ("libero.it",), 5, 20),
    Site("seznam", "Seznam", ("seznam.cz",), ("seznam.cz", "email.cz"), 5, 50),
    Site("charter", "Charter", ("charter.net", "rr.com"), ("charter.net",), 5, 50),
    Site("att", "AT&T", ("att.net", "prodigy.net"), ("att.net", "sbcglobal.net", "bellsouth.net"), 5, 20),
    Site("cox", "Cox", ("cox.net",), ("cox.net",), 5, 50),
)
_BY_KEY: Final = {site.key: site for site in SITES}
_BY_DOMAIN: Final = {domain: site.key for site in SITES for domain in site.domains}
# The most special end of a name wins: olc.protection.outlook.com before protection.outlook.com.
_ENDS: Final = sorted(((end, site.key) for site in SITES for end in site.exchangers), key=lambda pair: -len(pair[0]))
_LABELS_OF_A_HOST: Final = 3


def site(key: str) -> Site:
    """Return what is known of a site; of an unknown one, the default."""
    return _BY_KEY.get(key, DEFAULT)


def title_of(key: str) -> str:
    """Return what a site is called: an unknown one by its domain, and all of them together where none is named."""
    return _BY_KEY[key].title if key in _BY_KEY else key or "Every provider"


def of_domain(domain: str) -> str:
    """Return the site of a domain as far as that is known without asking the DNS: the domain itself where it is not."""
    return _BY_DOMAIN.get(domain, domain)


def of_exchangers(domain: str, hosts: Sequence[str]) -> str:
    """Return the site that a domain's exchangers, the best first, belong to; a domain without any is a site of its own."""
    if not hosts:
        return domain
    best = hosts[0].lower().removesuffix(".")
    for end, key in _ENDS:
        if best == end or best.endswith(f".{end}"):
            return key
    # mx1.hoster.example and mx2.hoster.example are one hoster.
    labels = best.split(".")
    return ".".join(labels[1:]) if len(labels) >= _LABELS_OF_A_HOST and not labels[-1].isdigit() else best
