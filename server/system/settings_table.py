"""Every setting there is, one line each: type, default, bounds, help and whether it is a secret.

An empty text means "not set"; where a setting then follows from others, `settings.py` fills it in once, at the start.
"""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass, fields
from ipaddress import ip_address
from typing import Final

from server.system.setting_kinds import (
    Kind,
    Network,
    address_or_network,
    choice,
    flag,
    kind_of,
    networks,
    number,
    numbers,
    split_address,
    text,
    texts,
    url,
)

DAY: Final = 86_400
ED25519_DER: Final = bytes.fromhex("302a300506032b6570032100")
"""What a public key of Ed25519 begins with (RFC 8410, section 4)."""
TEN_YEARS_IN_DAYS: Final = 3_650
WEB: Final = "an address that begins with http:// or https://"


def _media_type(item: str) -> None:
    if item.count("/") != 1 or item != item.lower().strip():
        raise ValueError(item)


def _publisher(item: str) -> None:
    name, _, key = item.partition(":")
    if not name or not b64decode(key, validate=True).startswith(ED25519_DER):
        raise ValueError(item)


def _scanner(item: str) -> None:
    scheme, _, rest = item.partition("://")
    if scheme == "tcp":
        split_address(rest)
    elif scheme != "unix" or not rest.startswith("/"):
        raise ValueError(item)


@dataclass(frozen=True, slots=True)
class Server:
    """Where and how the appliance listens."""

    listen: str = text(
        "127.0.0.1:8080",
        "Host and port to listen on; 0.0.0.0:8080 for every IPv4 address of this machine, port 0 for any free one.",
        check=split_address,
        expects="host:port",
    )
    public_url: str = text(
        "",
        "The address people and vendors reach this appliance by; links in mails and OAuth redirects begin with it. Empty: made from `listen`.",
        check=url("http", "https"),
        expects=WEB,
    )
    trusted_proxies: tuple[Network, ...] = networks("Address ranges of the reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.")
    api_processes: int = number(1, 1, 64, "Processes that answer HTTP, each with its own event loop.")
    body_limit_bytes: int = number(2_097_152, 1_024, 2**30, "Largest JSON body accepted; a larger one is answered 413.")
    upload_limit_bytes: int = number(104_857_600, 1_024, 2**40, "Largest uploaded file or import accepted.")
    tls: str = choice(
        "off",
        ("off", "self-signed", "files"),
        "Encryption by the appliance itself: off (a proxy in front does it), a certificate it makes, or your files.",
    )
    tls_minimum: str = choice("1.3", ("1.2", "1.3"), "Oldest TLS that is spoken with clients; 1.2 only where some need it.")
    tls_certificate: str = text("", "Certificate chain in PEM, when `tls` is files. Files that are replaced are taken over within seconds.")
    tls_key: str = text("", "Path of the private key in PEM, when `tls` is files.")
    tls_client_ca: str = text("", "Authorities in PEM whose client certificates prove OAuth clients, where `tls` is not off. Empty: none.")
    client_certificate_header: str = text(
        "", "Header in which the trusted proxies pass on a client's certificate: Client-Cert (RFC 9440) or one with percent-encoded PEM. Empty: none."
    )
    drain_seconds: int = number(20, 0, 600, "How long requests and deliveries may go on after SIGTERM.")
    cors_origins: tuple[str, ...] = texts(
        "Origins whose pages may call the API from a browser; * for all. Empty: none.",
        check=lambda item: item == "*" or url("http", "https")(item),
        expects='a list of origins such as "https://app.example.com"',
    )

    @property
    def host(self) -> str:
        """The host part of `listen`, without brackets."""
        return split_address(self.listen)[0]

    @property
    def port(self) -> int:
        """The port part of `listen`; 0 means any free one."""
        return split_address(self.listen)[1]


@dataclass(frozen=True, slots=True)
class Database:
    """Where the rows are kept."""

    url: str = text(
        "",
        "sqlite:///path or postgresql://user:password@host/name. Empty: junction.sqlite3 in the data folder.",
        check=url("sqlite", "postgresql"),
        expects="an address that begins with sqlite:/// or postgresql://",
    )
    pool: int = number(16, 1, 1_000, "Connections each process keeps to PostgreSQL, and reading threads on SQLite.")
    commit_window_ms: int = number(5, 0, 5, "How long a write may wait for others to be committed together with it; 0 commits each by itself.")
    synchronous: str = choice(
        "full",
        ("full", "normal"),
        "SQLite only. full: an answered write survives a power cut. normal: faster, and a power cut may lose the last ones.",
    )


@dataclass(frozen=True, slots=True)
class Queue:
    """Where wake-ups and the schedule are kept; losing it loses no work, since the rows are the queue."""

    url: str = text(
        "",
        "sqlite:///path, redis://host:port/0 or postgresql://… Empty: queue.sqlite3 in the data folder. Redis counts limits over all hosts.",
        check=url("sqlite", "redis", "rediss", "postgresql"),
        expects="an address that begins with sqlite:///, redis:// or postgresql://",
    )


@dataclass(frozen=True, slots=True)
class Worker:
    """The process that works off what is due."""

    threads: int = number(4, 1, 256, "Tasks that run side by side; deliveries have a loop of their own.")


@dataclass(frozen=True, slots=True)
class Outbound:
    """Every connection the appliance opens by itself."""

    allow_private: tuple[str, ...] = texts(
        "Address ranges and host:port that deliveries and connectors may reach although they are private. Empty: none.",
        check=address_or_network,
        expects='a list of address ranges and host:port such as "10.0.0.0/8", "localhost:9000"',
    )
    timeout_seconds: int = number(15, 1, 300, "Time limit of one delivery or one vendor request.")
    egress_proxy: str = text(
        "",
        "HTTP proxy for everything that goes out, as http://user:password@host:port.",
        check=url("http", "https"),
        expects=WEB,
    )


@dataclass(frozen=True, slots=True)
class Webhooks:
    """How events are delivered."""

    in_flight_per_webhook: int = number(10, 1, 1_000, "Deliveries under way at once to one webhook, so that a slow one holds up no other.")
    lease_seconds: int = number(30, 5, 3_600, "How long a claimed delivery belongs to the worker that claimed it.")
    retry_schedule: tuple[int, ...] = numbers(
        (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400),
        0,
        30 * DAY,
        "Seconds to wait before each attempt, the first included; after the last the delivery is a dead letter.",
    )
    max_per_tenant: int = number(200, 1, 1_000_000, "Webhooks one tenant may have.")


@dataclass(frozen=True, slots=True)
class Inbound:
    """What vendors send to us."""

    body_limit_bytes: int = number(1_048_576, 1_024, 2**28, "Largest message of a vendor that is accepted; a larger one is answered 413.")
    per_source_per_second: int = number(
        200, 1, 1_000_000, "Messages a second taken from one source; more are answered 429, and vendors send them again."
    )
    tolerance_seconds: int = number(300, 10, 86_400, "How far a signature's timestamp may be from now, where a source does not say otherwise.")
    failing_after: int = number(5, 1, 1_000_000, "Refused or quarantined messages in a row after which a source counts as failing.")
    max_per_tenant: int = number(200, 1, 1_000_000, "Inbound sources one tenant may have.")


@dataclass(frozen=True, slots=True)
class Connectors:
    """Installed connectors."""

    max_per_tenant: int = number(500, 1, 1_000_000, "Installations one tenant may have.")
    trusted_publishers: tuple[str, ...] = texts(
        "Publishers whose connectors may bring Python along, each with an Ed25519 public key.",
        check=_publisher,
        expects="name:base64, the key as DER",
    )


@dataclass(frozen=True, slots=True)
class Mail:
    """The appliance's own mail: invitations, password resets, alerts. Tenants' mail accounts are theirs."""

    system_smtp: str = text(
        "",
        "smtp://user:password@host:587?starttls or smtps://user:password@host:465. Empty: no mail is sent.",
        secret=True,
        check=url("smtp", "smtps"),
        expects="an address that begins with smtp:// or smtps://",
    )
    system_from: str = text("", "Sender of these mails, such as: Junction <junction@example.com>.")


@dataclass(frozen=True, slots=True)
class Email:
    """What tenants send: how it leaves this host, and what one message may be."""

    relay: str = text(
        "",
        "Server that takes tenants' mail where they name no account: smtp://user:password@host:587?starttls or smtps://… Empty: none.",
        secret=True,
        check=url("smtp", "smtps"),
        expects="an address that begins with smtp:// or smtps://",
    )
    direct: bool = flag("Deliver to the mail exchangers of recipients where neither an account nor a relay is named.", default=True)
    mx_port: int = number(25, 1, 65_535, "Port that mail exchangers are spoken to at.")
    dns_servers: tuple[str, ...] = texts("Name servers asked for mail exchangers, as address or address:port. Empty: those of this host.")
    helo_name: str = text("", "Name this host calls itself by when it speaks to mail servers. Empty: the host of `server.public_url`.")
    threads: int = number(6, 2, 64, "Connections over which mail is sent at once; one in three is kept for transactional mail.")
    lease_seconds: int = number(120, 10, 3_600, "How long a recipient that was taken from the queue belongs to the worker that took it.")
    in_doubt: int = number(
        1, 1, 1_000, "Messages that may be between their last line and the answer of one server; as many a kill may send twice. More is faster."
    )
    max_message_bytes: int = number(26_214_400, 10_240, 2**28, "Largest message, attachments as they travel included.")
    max_recipients: int = number(100, 1, 10_000, "Recipients of one message: to, cc and bcc together.")
    max_attachments: int = number(50, 0, 1_000, "Attachments of one message.")
    submission_listen: str = text(
        "", "Host and port of SMTP submission for tenants, an API key as password. Empty: off.", check=split_address, expects="host:port"
    )
    inbound_listen: str = text("", "Host and port where mail from other servers is taken in. Empty: off.", check=split_address, expects="host:port")
    refuse_disowned: bool = flag(
        "Refuse mail from other servers that its sender's domain asks to reject, instead of quarantining it; a tenant may choose otherwise.",
        default=False,
    )
    trusted_authserv_ids: tuple[str, ...] = texts(
        "Servers (RFC 8601 authserv-id) whose Authentication-Results tenants that name none believe in mail they fetch, such as mx.google.com."
    )
    max_mailboxes: int = number(100, 0, 10_000, "Mailboxes that one worker fetches from at a time; each takes a thread.")
    content_days: int = number(30, 1, TEN_YEARS_IN_DAYS, "How long what messages say is kept; that they were sent is kept longer.")


@dataclass(frozen=True, slots=True)
class Domains:
    """What the DNS of tenants' sending domains is compared with."""

    source_addresses: tuple[str, ...] = texts(
        "Addresses that mail leaves from, watched on blocklists.", check=ip_address, expects="a list of addresses"
    )
    spf_include: str = text("", "Name whose SPF record lists those addresses; domains include it. Empty: they name the addresses themselves.")
    return_path_host: str = text("", "Host that bounces come back to; a domain's return path is an alias of it. Empty: not asked for.")
    tracking_host: str = text("", "Host that a domain's name for links is an alias of. Empty: the host of `server.public_url`.")
    mail_host: str = text("", "Host that takes mail here; the MX record offered to domains that have none. Empty: none is offered.")
    report_address: str = text("", "Mail address that domains are told to have DMARC and TLS reports sent to. Empty: none.")
    max_per_tenant: int = number(100, 1, 100_000, "Sending domains one tenant may have.")
    reports_days: int = number(400, 1, TEN_YEARS_IN_DAYS, "How long receivers' reports about domains are kept.")


@dataclass(frozen=True, slots=True)
class Alerts:
    """Who is told when the queue is stuck, a worker fails, the disk fills or a certificate ends."""

    mail_to: tuple[str, ...] = texts("Mail addresses of the operators.")
    webhook_url: str = text("", "Address that alerts are posted to, signed as webhooks are.", secret=True, check=url("http", "https"), expects=WEB)
    webhook_secret: str = text("", "Secret (whsec_…) that alerts are signed with.", secret=True)


@dataclass(frozen=True, slots=True)
class Limits:
    """Rate limits that hold where no tier says otherwise."""

    default_tier: str = text("standard", "Tier of a new tenant.")
    unauthenticated_per_minute: int = number(1200, 1, 1_000_000, "Requests a minute from one address that need no credential or fail with theirs.")


@dataclass(frozen=True, slots=True)
class Graphql:
    """How much one question at /api/v1/graphql may ask for."""

    introspection: bool = flag("Let clients read the schema.", default=True)
    max_depth: int = number(12, 2, 30, "Levels of fields inside fields.")
    max_aliases: int = number(50, 0, 1000, "Fields under another name.")
    max_cost: int = number(5000, 1, 1_000_000, "Records that one question may read; 100 count as one request against the rate limit.")
    max_batch: int = number(10, 1, 100, "Questions in one request.")


@dataclass(frozen=True, slots=True)
class Retention:
    """How long finished things are kept; they are pruned in small batches."""

    events_days: int = number(30, 1, TEN_YEARS_IN_DAYS, "Days that events are kept.")
    attempts_days: int = number(30, 1, TEN_YEARS_IN_DAYS, "Days that delivery attempts are kept.")
    logs_days: int = number(30, 1, TEN_YEARS_IN_DAYS, "Days that the request log is kept.")
    audit_days: int = number(365, 1, TEN_YEARS_IN_DAYS, "Days that the audit trail is kept; what was removed leaves its place in the chain.")
    inbound_days: int = number(30, 1, TEN_YEARS_IN_DAYS, "Days that messages of vendors are kept once processed; a repetition is known as long.")
    deleted_days: int = number(90, 1, TEN_YEARS_IN_DAYS, "Days that a deleted record can be restored.")


@dataclass(frozen=True, slots=True)
class Storage:
    """Room on the disk."""

    minimum_free_bytes: int = number(268_435_456, 0, 2**50, "Below this, writes are answered 507; reads and deliveries go on. 0 never refuses.")


@dataclass(frozen=True, slots=True)
class Documents:
    """The content of documents: where it is kept, how much of it, and who looks at it first."""

    storage: str = choice("disk", ("disk", "s3"), "Where content is kept: disk is the data folder's `files`, s3 an S3-compatible store.")
    s3_endpoint: str = text("", "Address of an S3-compatible store. Empty: Amazon's own.", check=url("http", "https"), expects=WEB)
    s3_region: str = text("us-east-1", "Region of the bucket.")
    s3_bucket: str = text("", "Bucket that content is kept in; it has to be there, and nobody else should write to it.")
    s3_prefix: str = text("junction", "What the names of all objects begin with.")
    s3_access_key: str = text("", "Access key of the store.")
    s3_secret_key: str = text("", "Secret key of the store.", secret=True)
    limit_bytes: int = number(2**30, 1, 2**42, "Largest content of one document; beyond server.upload_limit_bytes it has to come in parts.")
    quota_bytes: int = number(0, 0, 2**50, "Bytes of content that one tenant may keep; 0 sets no limit.")
    allowed_types: tuple[str, ...] = texts(
        "Media types that content may have, such as image/*. Empty: any.", check=_media_type, expects='a list of types such as "image/*"'
    )
    refused_types: tuple[str, ...] = texts(
        "Media types that content may not have, such as application/x-msdownload.", check=_media_type, expects='a list of types such as "video/*"'
    )
    scanner: str = text(
        "",
        "Virus scanner (clamd) as tcp://host:3310 or unix:///run/clamav/clamd.ctl; nothing is handed out before it is found clean. Empty: none.",
        check=_scanner,
        expects="an address that begins with tcp:// or unix://",
    )


@dataclass(frozen=True, slots=True)
class Crypto:
    """Where the key comes from that protects every stored secret: this setting, else the OS keyring, else a file."""

    master_key: str = text(
        "",
        "The master key in base64: 32 bytes, or the whole key file as `junction keys rotate-master` prints it.",
        secret=True,
        check=lambda item: b64decode(item, validate=True),
        expects="base64",
    )
    master_key_file: str = text("", "Path of the key file, mode 600. Empty: master.key in the data folder.")
    keyring: bool = flag("Keep the keys in this operating system's keyring instead of a file.")


@dataclass(frozen=True, slots=True)
class Sessions:
    """Signing in to the console and the portal."""

    hours: int = number(12, 1, 8_760, "Hours until a session ends and its user signs in again.")


@dataclass(frozen=True, slots=True)
class Logging:
    """What is written to standard error."""

    level: str = choice("info", ("debug", "info", "warning", "error", "critical"), "Least important line that is written.")
    request_bodies: str = choice(
        "off",
        ("off", "refused", "all"),
        "Bodies that the request log keeps, JSON up to 16 KiB with credentials masked: none, those of refused requests, or all.",
    )
    format: str = choice("auto", ("auto", "json", "console"), "auto: readable lines on a terminal, JSON lines elsewhere.")


@dataclass(frozen=True, slots=True)
class Backup:
    """Backups, by `junction backup`, on demand and by schedule."""

    passphrase: str = text("", "Passphrase that backups are encrypted with.", secret=True)
    every_hours: int = number(0, 0, 8_760, "How often the worker makes a backup by itself, in hours; 0 never. Needs backup.passphrase.")
    contents: bool = flag("Put documents' contents that lie in an S3-compatible store into backups; those on the disk always are.", default=False)
    keep: int = number(7, 1, 1_000, "How many backups of the schedule are kept; those that operators asked for stay until they are removed.")


@dataclass(frozen=True, slots=True)
class Metrics:
    """Who may read /metrics besides this machine itself."""

    token: str = text("", "Bearer token for /metrics. Empty: only from this machine, or with an operator's key.", secret=True)


@dataclass(frozen=True, slots=True)
class Branding:
    """The name on the door."""

    name: str = text("Junction", "Name shown in the console, the portal and mails.")


SECTIONS: Final[dict[str, type]] = {
    "server": Server,
    "database": Database,
    "queue": Queue,
    "worker": Worker,
    "outbound": Outbound,
    "webhooks": Webhooks,
    "inbound": Inbound,
    "connectors": Connectors,
    "mail": Mail,
    "email": Email,
    "domains": Domains,
    "alerts": Alerts,
    "limits": Limits,
    "graphql": Graphql,
    "retention": Retention,
    "storage": Storage,
    "documents": Documents,
    "crypto": Crypto,
    "sessions": Sessions,
    "logging": Logging,
    "backup": Backup,
    "metrics": Metrics,
    "branding": Branding,
}

KINDS: Final[dict[str, Kind]] = {f"{section}.{declared.name}": kind_of(declared) for section, shape in SECTIONS.items() for declared in fields(shape)}
