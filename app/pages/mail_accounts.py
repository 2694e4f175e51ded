"""Mail accounts: found by their address, tested step by step, with the first step that fails and what helps."""

from __future__ import annotations

from typing import Any, Final

from app.models.columns import Column
from app.pages.specs import Action, Count, Danger, Document, ListView, Outcome, Part, removal
from app.widgets.fields import Field

ONE: Final = "/email/accounts/{id}"
ACCOUNTS_LEFT: Final = (Count("accounts", "/email/accounts"),)
SECURITY: Final = {"tls": "TLS", "starttls": "STARTTLS", "none": "None"}
AUTH: Final = {"password": "Password", "xoauth2": "OAuth"}
API_KEY: Final = "api_key"
STEP: Final = (
    Column("step", "Step", 90),
    Column("state", "State", 90, "badge"),
    Column("milliseconds", "Took", 80, "duration"),
    Column("detail", "What", 240),
    Column("remedy", "What helps", 240),
)
WHO: Final = (
    Field("auth", "Sign in by", "choice", required=True, choices=AUTH, default="password"),
    Field("username", "User name", help="Empty: the address."),
    Field("password", "Password", "password", secret=True, help="Many providers want an app password."),
)


def server(kind: str, port: int) -> tuple[Field, ...]:
    """Return the fields of one server."""
    name = kind.upper()
    return (
        Field(f"{kind}.host", f"{name}: host", placeholder=f"{kind}.example.com"),
        Field(f"{kind}.port", f"{name}: port", "number", placeholder=str(port)),
        Field(f"{kind}.security", f"{name}: security", "choice", choices=SECURITY),
    )


SERVERS: Final = (
    *server("smtp", 465),
    *server("imap", 993),
    Field("folders", "IMAP: further folders", "lines", placeholder="Sent", help="INBOX is always read."),
    *server("pop3", 995),
)
OAUTH: Final = (
    Field("client_id", "Client id", "code"),
    Field("client_secret", "Client secret", "password", secret=True),
    Field("refresh_token", "Refresh token", "password", secret=True),
    Field("token_url", "Token address", placeholder="https://example.com/token"),
)
API: Final = (
    Field("password", "API key", "password", secret=True, help="Amazon SES: the secret access key."),
    Field("username", "Key id", "code", help="Amazon SES alone: the id of the access key."),
    Field("api.region", "Region", "code", placeholder="eu-central-1", help="Needed by Amazon SES; the others: eu, or none."),
    Field("api.domain", "Sending domain there", "code", placeholder="mg.example.com", help="Mailgun alone needs it."),
    Field("api.endpoint", "Another address of the API", placeholder="https://api.example.com"),
)
APIS: Final = {"sendgrid": "SendGrid", "ses": "Amazon SES", "mailgun": "Mailgun"}
NAME: Final = Field("name", "Name", required=True, placeholder="Support")
ADDRESS: Final = Field("address", "Address", required=True, placeholder="support@example.com")
PROVIDER: Final = Field(
    "provider",
    "Provider",
    "choice",
    source="/email/accounts/providers",
    source_keys=("key", "title"),
    help="Its servers are known; of another name them below.",
)
FOUND: Final = Outcome(
    facts=(
        Column("address", "Address", kind="code"),
        Column("provider", "Provider"),
        Column("source", "Found by"),
        Column("smtp.host", "SMTP: host", kind="code"),
        Column("smtp.port", "SMTP: port", kind="code"),
        Column("imap.host", "IMAP: host", kind="code"),
        Column("imap.port", "IMAP: port", kind="code"),
        Column("pop3.host", "POP3: host", kind="code"),
        Column("note", "Note"),
    )
)
TESTED: Final = Outcome(
    facts=(Column("ok", "Works", kind="switch"), Column("failed_step", "Failed at"), Column("milliseconds", "Took", kind="duration")),
    rows="steps",
    columns=STEP,
)


def last_steps(account: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the steps of an account's last test."""
    return list((account["last_test"] or {}).get("steps", ()))


ACCOUNTS: Final = ListView(
    label="Accounts",
    path="/email/accounts",
    object="acc",
    columns=(
        Column("name", "Name", 160),
        Column("address", "Address", 220),
        Column("provider", "Provider", 120),
        Column("status", "State", 100, "badge", tones={"failing": "danger"}),
        Column("status_reason", "Because", 240),
        Column("smtp.host", "SMTP: host", 180, "code"),
        Column("imap.host", "IMAP: host", 180, "code"),
    ),
    facts=(
        Column("status", "State", kind="badge", tones={"failing": "danger"}),
        Column("status_reason", "Because"),
        Column("address", "Address", kind="code"),
        Column("provider", "Provider"),
        Column("auth", "Sign in by"),
        Column("username", "User name", kind="code"),
        Column("has_secret", "Secret is kept", kind="switch"),
        Column("smtp.host", "SMTP: host", kind="code"),
        Column("smtp.port", "SMTP: port", kind="code"),
        Column("imap.host", "IMAP: host", kind="code"),
        Column("imap.port", "IMAP: port", kind="code"),
        Column("folders", "IMAP: further folders", kind="list"),
        Column("pop3.host", "POP3: host", kind="code"),
        Column("pop3.port", "POP3: port", kind="code"),
        Column("api.region", "API: region", kind="code"),
        Column("api.domain", "API: domain", kind="code"),
        Column("api.endpoint", "API: address", kind="code"),
    ),
    tabs=(Part("Last test", last_steps, (STEP[0], STEP[1], STEP[2], Column("detail", "What", 200))), Document("Everything")),
    empty="No mail account yet. Through an account mail is sent and fetched.",
    create=Action(
        "create",
        "New account",
        "/email/accounts",
        icon="plus",
        fields=(NAME, ADDRESS, PROVIDER, *WHO, *SERVERS, *OAUTH),
        done="Account created",
    ),
    also=(
        Action(
            "create_api",
            "New account with a provider's API",
            "/email/accounts",
            icon="plug",
            body={"auth": API_KEY},
            fields=(NAME, ADDRESS, Field("provider", "Provider", "choice", required=True, choices=APIS), *API),
            done="Account created",
        ),
        Action(
            "discover",
            "Find the servers",
            "/email/accounts/discover",
            icon="search",
            fields=(ADDRESS,),
            done="Servers",
            shows=FOUND,
        ),
    ),
    actions=(
        Action("test", "Test the account", f"{ONE}/test", icon="check", done="Account tested", shows=TESTED),
        Action(
            "edit",
            "Edit",
            ONE,
            "PATCH",
            "edit",
            fields=(NAME, *WHO, *SERVERS, *OAUTH),
            edits=True,
            done="Account changed",
            when=lambda row: row["auth"] != API_KEY,
        ),
        Action(
            "edit_api", "Edit", ONE, "PATCH", "edit", fields=(NAME, *API), edits=True, done="Account changed", when=lambda row: row["auth"] == API_KEY
        ),
        Action(
            "disable",
            "Disable",
            ONE,
            "PATCH",
            "pause",
            body={"enabled": False},
            done="Account disabled",
            when=lambda row: row["status"] != "disabled",
            danger=Danger("Nothing is sent or fetched through it until it is enabled again.", ACCOUNTS_LEFT),
        ),
        Action(
            "enable", "Enable", ONE, "PATCH", "play", body={"enabled": True}, done="Account enabled", when=lambda row: row["status"] == "disabled"
        ),
        removal(ONE, "Account removed", Danger("Its secrets are forgotten. Mail that waits for it is sent through nothing else.", ACCOUNTS_LEFT)),
    ),
)
