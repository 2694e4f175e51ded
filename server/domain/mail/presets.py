"""Mail providers by heart: their servers and how they let people sign in. Data; a preset fills in what an account leaves out."""

from __future__ import annotations

from typing import Final, NamedTuple


class Place(NamedTuple):
    """A server; `security` is tls from the first byte, or starttls."""

    host: str
    port: int
    security: str


class Preset(NamedTuple):
    """A provider: the domains it is known by, its servers, and the ways to sign in, the best first."""

    key: str
    title: str
    domains: tuple[str, ...]
    smtp: Place
    imap: Place | None
    pop3: Place | None
    auth: tuple[str, ...] = ("password",)
    token_url: str | None = None
    note: str | None = None


_APP_PASSWORD: Final = "Needs a password made for applications; the one of the account is refused."  # noqa: S105 - words about one


def _plain(key: str, title: str, domains: tuple[str, ...], smtp: str, imap: str, pop3: str = "", note: str | None = None) -> Preset:
    """Return a provider with the usual ports."""
    return Preset(key, title, domains, Place(smtp, 587, "starttls"), Place(imap, 993, "tls"), Place(pop3, 995, "tls") if pop3 else None, note=note)


PRESETS: Final = (
    Preset(
        "google", "Gmail and Google Workspace", ("gmail.com", "googlemail.com"), Place("smtp.gmail.com", 587, "starttls"),
        Place("imap.gmail.com", 993, "tls"), Place("pop.gmail.com", 995, "tls"), ("xoauth2", "password"), "https://oauth2.googleapis.com/token",
        _APP_PASSWORD,
    ),
    Preset(
        "microsoft365", "Microsoft 365", (), Place("smtp.office365.com", 587, "starttls"), Place("outlook.office365.com", 993, "tls"),
        Place("outlook.office365.com", 995, "tls"), ("xoauth2",), "https://login.microsoftonline.com/common/oauth2/v2.0/token",
        "Passwords are switched off for most organisations; sign in by XOAUTH2.",
    ),
    Preset(
        "outlook", "Outlook.com", ("outlook.com", "hotmail.com", "live.com", "msn.com"), Place("smtp-mail.outlook.com", 587, "starttls"),
        Place("outlook.office365.com", 993, "tls"), Place("outlook.office365.com", 995, "tls"), ("xoauth2",),
        "https://login.microsoftonline.com/consumers/oauth2/v2.0/token",
    ),
    Preset(
        "yahoo", "Yahoo Mail", ("yahoo.com", "ymail.com", "rocketmail.com"), Place("smtp.mail.yahoo.com", 465, "tls"),
        Place("imap.mail.yahoo.com", 993, "tls"), Place("pop.mail.yahoo.com", 995, "tls"), note=_APP_PASSWORD,
    ),
    Preset(
        "aol", "AOL Mail", ("aol.com",), Place("smtp.aol.com", 465, "tls"), Place("imap.aol.com", 993, "tls"), Place("pop.aol.com", 995, "tls"),
        note=_APP_PASSWORD,
    ),
    _plain("icloud", "iCloud Mail", ("icloud.com", "me.com", "mac.com"), "smtp.mail.me.com", "imap.mail.me.com", note=_APP_PASSWORD),
    Preset(
        "fastmail", "Fastmail", ("fastmail.com", "fastmail.fm"), Place("smtp.fastmail.com", 465, "tls"), Place("imap.fastmail.com", 993, "tls"),
        Place("pop.fastmail.com", 995, "tls"), note=_APP_PASSWORD,
    ),
    Preset(
        "zoho", "Zoho Mail", ("zoho.com", "zohomail.com"), Place("smtp.zoho.com", 465, "tls"), Place("imap.zoho.com", 993, "tls"),
        Place("pop.zoho.com", 995, "tls"), note=_APP_PASSWORD,
    ),
    _plain("gmx", "GMX", ("gmx.de", "gmx.net", "gmx.at", "gmx.ch"), "mail.gmx.net", "imap.gmx.net", "pop.gmx.net"),
    _plain("gmx_com", "GMX International", ("gmx.com",), "mail.gmx.com", "imap.gmx.com", "pop.gmx.com"),
    _plain("web_de", "WEB.DE", ("web.de",), "smtp.web.de", "imap.web.de", "pop3.web.de"),
    Preset(
        "t_online", "Telekom Mail", ("t-online.de",), Place("securesmtp.t-online.de", 465, "tls"), Place("secureimap.t-online.de", 993, "tls"),
        Place("securepop.t-online.de", 995, "tls"),
    ),
    _plain("ionos", "IONOS", (), "smtp.ionos.com", "imap.ionos.com", "pop.ionos.com"),
    _plain("ionos_de", "IONOS Deutschland", (), "smtp.ionos.de", "imap.ionos.de", "pop.ionos.de"),
    Preset(
        "yandex", "Yandex Mail", ("yandex.ru", "yandex.com"), Place("smtp.yandex.com", 465, "tls"), Place("imap.yandex.com", 993, "tls"),
        Place("pop.yandex.com", 995, "tls"), note=_APP_PASSWORD,
    ),
    Preset(
        "ovh", "OVH", (), Place("ssl0.ovh.net", 465, "tls"), Place("ssl0.ovh.net", 993, "tls"), Place("ssl0.ovh.net", 995, "tls"),
    ),
    Preset(
        "mailbox_org", "mailbox.org", ("mailbox.org",), Place("smtp.mailbox.org", 465, "tls"), Place("imap.mailbox.org", 993, "tls"),
        Place("pop3.mailbox.org", 995, "tls"),
    ),
    _plain("posteo", "Posteo", ("posteo.de", "posteo.net"), "posteo.de", "posteo.de", "posteo.de"),
    Preset(
        "sendgrid", "SendGrid", (), Place("smtp.sendgrid.net", 587, "starttls"), None, None, ("api_key", "password"),
        note="With a password the user name is the word apikey.",
    ),
    Preset(
        "mailgun", "Mailgun", (), Place("smtp.mailgun.org", 587, "starttls"), None, None, ("api_key", "password"),
        note="With a key, name the sending domain too.",
    ),
    Preset("postmark", "Postmark", (), Place("smtp.postmarkapp.com", 587, "starttls"), None, None, note="Name and password are the server token."),
    Preset(
        "ses", "Amazon SES", (), Place("email-smtp.us-east-1.amazonaws.com", 587, "starttls"), None, None, ("api_key", "password"),
        note="The host names the region. With a key, name the region; the user name is the access key id, the password the secret key.",
    ),
    Preset("brevo", "Brevo", (), Place("smtp-relay.brevo.com", 587, "starttls"), None, None),
)  # fmt: skip
BY_KEY: Final = {preset.key: preset for preset in PRESETS}
BY_DOMAIN: Final = {domain: preset for preset in PRESETS for domain in preset.domains}
# What an exchanger's name tells of a domain that is not known by heart.
BY_EXCHANGER: Final = {
    "google.com": "google", "googlemail.com": "google", "outlook.com": "microsoft365", "mx.microsoft": "microsoft365", "yahoodns.net": "yahoo",
    "icloud.com": "icloud", "messagingengine.com": "fastmail", "zoho.com": "zoho", "kundenserver.de": "ionos_de", "ionos.com": "ionos",
    "yandex.net": "yandex", "yandex.ru": "yandex", "ovh.net": "ovh", "mailbox.org": "mailbox_org",
}  # fmt: skip


def of_exchanger(host: str) -> Preset | None:
    """Return the provider that a mail exchanger belongs to, or None."""
    name = host.lower().removesuffix(".")
    return next((BY_KEY[key] for end, key in BY_EXCHANGER.items() if name == end or name.endswith(f".{end}")), None)
