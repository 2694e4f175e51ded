"""Every command there is: its name, what it does, what it takes and what runs it. The parser and the help come from here."""

from __future__ import annotations

from argparse import SUPPRESS
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Option:
    """One argument: its names, and the rules as argparse takes them."""

    names: tuple[str, ...]
    rules: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Command:
    """One command; `handler` is `module:function` in server.main.commands, imported only when it runs."""

    name: str
    about: str
    handler: str
    options: tuple[Option, ...] = ()
    listed: bool = True


def _option(*names: str, **rules: Any) -> Option:
    return Option(names, rules)


LISTEN: Final = _option("--listen", metavar="HOST:PORT", help="where to listen (setting server.listen)")
THREADS: Final = _option("--worker-threads", metavar="N", type=int, help="tasks that run side by side (setting worker.threads)")
# What only `serve` says to its children is not shown in the help.
CHILD: Final = _option("--child", action="store_true", help=SUPPRESS)
LISTEN_CHILD: Final = _option("--listen", help=SUPPRESS)
HANDED: Final = (_option("--socket", type=int, help=SUPPRESS), _option("--prepare", help=SUPPRESS))
TENANT: Final = _option("tenant", metavar="TENANT", help="id or name of the tenant")
OF_TENANT: Final = _option("--tenant", metavar="TENANT", help="id or name of the tenant")
PASSPHRASE: Final = _option("--passphrase-file", metavar="FILE", help="file with the passphrase (else the setting backup.passphrase)")
WITH_CONTENTS: Final = _option(
    "--with-contents", action="store_true", help="include documents' contents that lie in an S3-compatible store (else the setting backup.contents)"
)
CONFIRM: Final = _option("--confirm-recovery-code", metavar="CODE", help="say that you have it, instead of being asked on a terminal")
CODE: Final = _option("--code-file", metavar="FILE", help="file with the recovery code (else it is asked for)")
FILES: Final = _option("files", metavar="FILE", nargs="+", help="a file with one message as it arrived")
FILE: Final = _option("file", metavar="FILE")
TO: Final = _option("--to", metavar="URL", required=True, help="sqlite:///path or postgresql://user:password@host/name, without any rows")
OPERATOR: Final = (
    _option("--operator-email", metavar="EMAIL", required=True, help="who administers this appliance"),
    _option("--operator-password-file", metavar="FILE", help="file with the password (else one is made and printed once)"),
)
AGAINST: Final = _option("--against", metavar="FILE", help="compare with this released document, and fail if anything in it is gone or narrower")
OUTPUT: Final = _option("--output", metavar="FILE", help="where to write (default: standard output)")
BRAND: Final = _option("--brand", metavar="DIR", help="folder with a brand.toml: the name, logo, accent, font and links of the console")
SCREENSHOTS: Final = _option("--screenshots", metavar="DIR", help="start a demo appliance, write a picture of every page in every theme, and end")
YES: Final = _option("--yes", action="store_true", help="do not ask on a terminal")
EMAIL: Final = _option("email", metavar="EMAIL")
USER: Final = (
    OF_TENANT,
    _option("--email", required=True),
    _option("--role", metavar="ROLE", help="owner, admin, member or viewer; without --tenant: operator"),
    _option("--name", help="what the user is called"),
    _option("--password-file", metavar="FILE", required=True, help="file with the password"),
)
KEY: Final = (
    OF_TENANT,
    _option("--name", required=True, help="what the key is for"),
    _option("--scopes", default="", help='such as "contacts:read contacts:write"; "*" is everything'),
    _option("--user", metavar="USER", help="id of the user it acts for (else the tenant itself)"),
    _option("--test", action="store_true", help="a key of the tenant's sandbox"),
    _option("--operator", action="store_true", help="an operator's key, for /admin/v1"),
)
IMPORT: Final = (
    FILE,
    _option("--tenant", metavar="TENANT", required=True, help="id or name of the tenant"),
    _option("--resource", required=True, help="what the rows are, such as contacts"),
    _option("--mapping", metavar="FILE", help="JSON file: column to field (default: the surest suggestions)"),
    _option("--match", metavar="FIELD", help="what tells which record a row is about: email, external_id:SYSTEM, or none"),
    _option("--on-match", choices=("update", "skip", "error"), help="what is done with a row whose record is there (default: update)"),
    _option("--create-companies", action="store_true", help="create companies that are named and not there yet"),
    _option("--encoding", help="encoding of the text (default: detected)"),
    _option("--delimiter", help="what separates cells (default: detected)"),
    _option("--sheet", help="sheet of a workbook (default: the first visible one)"),
    _option("--dates", choices=("day_first", "month_first"), help="how 03/04/2026 is read (default: inferred)"),
    _option("--currency", metavar="CODE", help="of amounts that name none (default: the tenant's)"),
    _option("--dry-run", action="store_true", help="judge every row and write nothing"),
    _option("--errors", metavar="FILE", nargs="?", const="", help="write the refused rows (default: beside the file)"),
    _option("--test", action="store_true", help="into the tenant's sandbox"),
    _option("--yes", action="store_true", help="do not ask"),
)

IN_TENANT: Final = _option("--tenant", metavar="TENANT", required=True, help="id or name of the tenant")
LEGACY_PASSWORD: Final = (
    IN_TENANT,
    _option("--user", metavar="USER", required=True, help="e-mail address or id of the user it is for"),
    _option("--scopes", default="", help='what it may be used for, such as "contacts:read" (default: all records, and reading users)'),
)
LISTENING: Final = (
    _option("--key", metavar="KEY", required=True, help="a key of the tenant's with the scope events:read"),
    _option("--forward", metavar="URL", required=True, help="where to post, such as http://127.0.0.1:3000/hooks"),
    _option("--server", metavar="URL", help="the appliance (default: the setting server.public_url)"),
    _option("--type", metavar="TYPE", help="only this type of event, or a pattern such as contact.*"),
    _option("--secret", metavar="SECRET", help="what to sign with, whsec_... (default: a new one, which is shown)"),
    _option("--consumer", metavar="NAME", help="have the appliance remember the place: skip nothing between runs, post again until taken"),
)

GROUPS: Final = {
    "tenant": "tenants: create, suspend, resume, export, delete",
    "user": "people who sign in",
    "key": "API keys",
    "keys": "the master key",
    "mail": "messages that arrive",
    "connector": "connectors of others",
    "legacy": "access for SuiteCRM's clients",
    "legacy password": "passwords that SuiteCRM's clients sign in with",
}

COMMANDS: Final = (
    Command(
        "serve",
        "start everything: the API and the worker",
        "serving:serve",
        (
            LISTEN,
            _option("--demo", action="store_true", help="make a demo tenant with linked records"),
            _option("--api-processes", metavar="N", type=int, help="processes that answer HTTP (setting server.api_processes)"),
            THREADS,
        ),
    ),
    Command("api", "start a process that answers HTTP", "serving:api", (LISTEN, CHILD, *HANDED)),
    Command("worker", "start a process that delivers and works off jobs", "serving:worker", (LISTEN_CHILD, THREADS, CHILD)),
    Command("init", "do the work of a first start without starting", "setup:init", OPERATOR),
    Command("migrate", "bring the database up to date", "setup:migrate"),
    Command("check", "show the settings in force and where each came from", "setup:check"),
    Command(
        "tenant create",
        "make a tenant",
        "tenants:create",
        (_option("name", metavar="NAME"), _option("--tier", metavar="TIER", help="rate limits (default: the setting limits.default_tier)")),
    ),
    Command("tenant suspend", "refuse every request of a tenant", "tenants:suspend", (TENANT,)),
    Command("tenant resume", "let a suspended tenant in again", "tenants:resume", (TENANT,)),
    Command("tenant export", "write everything of a tenant as JSON lines", "tenants:export", (TENANT, OUTPUT)),
    Command("tenant delete", "delete a tenant and everything of it, for good", "tenants:delete", (TENANT, YES)),
    Command("user create", "make a user of a tenant, or an operator", "users:create", USER),
    Command("user reset-password", "give a user a one-time password", "users:reset_password", (EMAIL,)),
    Command("doctor", "examine everything and name what is wrong and how to mend it", "examining:examine", (CONFIRM,)),
    Command("backup", "write everything into one encrypted file, also while serving", "copying:back_up", (FILE, PASSPHRASE, WITH_CONTENTS)),
    Command("restore", "bring a backup back into an empty data folder", "copying:restore", (FILE, PASSPHRASE)),
    Command("move", "copy everything into another database", "copying:move", (TO,)),
    Command("keys rotate-master", "replace the master key while serving", "master_keys:rotate"),
    Command("keys recover", "bring a lost master key back from its recovery code", "master_keys:recover", (CODE,)),
    Command("import", "import a file of records into a tenant", "importing:run", IMPORT),
    Command("listen", "post a tenant's events, signed, to a local address", "listening:listen", LISTENING),
    Command("mail inspect", "say what messages are: bounces, complaints, auto-replies, reports or ordinary mail", "inspecting:inspect", (FILES,)),
    Command(
        "new-connector",
        "write the folder of a connector, and of its tests, from a vendor's description",
        "connecting:draft",
        (
            _option("key", metavar="KEY", help="what the connector is called, in snake_case"),
            _option("--spec", metavar="FILE", required=True, help="the vendor's description: OpenAPI 3, Swagger 2 or Google discovery, JSON or YAML"),
            _option("--project", metavar="DIR", default=".", help="the checkout to write into (default: here)"),
        ),
    ),
    Command("zapier-app", "print the app definition that Zapier's command line validates and uploads", "connecting:zapier_app"),
    Command("openapi", "print the OpenAPI 3.1 document, or what it takes away from clients of an older one", "describing:describe", (AGAINST,)),
    Command("demo", "make the demo tenant with linked records", "demonstrating:demo", (LISTEN_CHILD, CHILD)),
    Command("console", "open the desktop console", "console:open_console", (SCREENSHOTS, BRAND)),
    Command(
        "connector install",
        "install a connector's folder for every tenant; one with Python has to be signed",
        "connectors:install",
        (_option("folder", metavar="FOLDER"),),
    ),
    Command("connector list", "list the connectors of others", "connectors:list_all"),
    Command("connector remove", "remove a connector of others", "connectors:remove", (_option("package", metavar="KEY@VERSION"),)),
    Command("legacy enable", "let SuiteCRM's clients into a tenant", "legacy:enable", (IN_TENANT,)),
    Command("legacy disable", "let SuiteCRM's clients in no longer", "legacy:disable", (IN_TENANT,)),
    Command("legacy password create", "make an application password and show it this once", "legacy:create_password", LEGACY_PASSWORD),
    Command("legacy password list", "list application passwords", "legacy:list_passwords", (IN_TENANT,)),
    Command("legacy password delete", "end an application password", "legacy:delete_password", (IN_TENANT, _option("id", metavar="ID"))),
    Command("key create", "make a key and show it this once", "api_keys:create", KEY),
)
