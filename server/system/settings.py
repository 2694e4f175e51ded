"""The settings of one process: read once at the start, complete, checked and frozen, or refused with every problem named.

    defaults  <  <data>/junction.toml  <  JUNCTION_SECTION__NAME  <  JUNCTION_SECTION__NAME_FILE  <  the command line

Only environment names with a double underscore are settings; other JUNCTION_… names belong to the tools. An unknown name is
refused, since a misspelt setting that is silently ignored is found at the worst moment.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Unprocessable
from server.system.paths import Folder
from server.system.settings_sources import Gathering, environment_name
from server.system.settings_table import KINDS, SECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from server.system import settings_table as table
    from server.system.setting_kinds import Kind

DEFAULT: Final = "default"
MASK: Final = "********"
WILDCARDS: Final = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - recognised here, never listened on
_PASSWORD_IN_URL: Final = re.compile(r"(://[^/@\s:]*):[^/@\s]+@")

SAMPLE_HEAD: Final = """\
# Settings of Junction: copy to junction.toml in the data folder and take away the # before what you change.
# Every line shows the default. The environment goes over this file: [server] listen is also JUNCTION_SERVER__LISTEN, or
# JUNCTION_SERVER__LISTEN_FILE with the path of a file that holds the value; there, lists are separated by commas.
# A name that does not exist stops the start. `junction check` prints what is in force and where it came from.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One setting as `junction check` shows it: a secret's value is masked, `source` says where it came from."""

    name: str
    value: str
    source: str
    help: str


@dataclass(frozen=True, slots=True)
class Settings:
    """All sections. What was left empty and follows from others (public_url, the paths of stores and keys) is filled in."""

    data: Path
    sources: Mapping[str, str]
    server: table.Server
    database: table.Database
    queue: table.Queue
    worker: table.Worker
    outbound: table.Outbound
    webhooks: table.Webhooks
    inbound: table.Inbound
    connectors: table.Connectors
    mail: table.Mail
    email: table.Email
    domains: table.Domains
    alerts: table.Alerts
    limits: table.Limits
    graphql: table.Graphql
    retention: table.Retention
    storage: table.Storage
    documents: table.Documents
    crypto: table.Crypto
    sessions: table.Sessions
    logging: table.Logging
    backup: table.Backup
    metrics: table.Metrics
    branding: table.Branding

    @property
    def folder(self) -> Folder:
        """Where everything lies in the data folder."""
        return Folder(self.data)

    def source(self, name: str) -> str:
        """Return where a setting such as `server.listen` came from, `default` when nobody gave it."""
        return self.sources.get(name, DEFAULT)

    def describe(self) -> list[Row]:
        """Return every setting with its effective value and its source, in the order of the table."""
        return [Row(name, _shown(kind, self._value(name)), self.source(name), kind.about) for name, kind in KINDS.items()]

    def _value(self, name: str) -> Any:
        section, _, key = name.partition(".")
        return getattr(getattr(self, section), key)


def load(data_dir: Path, environ: Mapping[str, str] | None = None, overrides: Mapping[str, Any] | None = None) -> Settings:
    """Read the settings that are in force for a data folder, which need not exist yet.

    `environ` is the process's own when None; `overrides` maps names such as `server.listen` to what the command line says,
    where None says nothing. Raises Unprocessable (`invalid_settings`) with every problem, as text and as faults.
    """
    folder = Folder(Path(data_dir).absolute())
    gathering = Gathering()
    gathering.take_file(folder.settings)
    gathering.take_environment(os.environ if environ is None else environ)
    gathering.take_overrides(overrides or {})
    settings = _derived(_built(folder, gathering))
    _check_together(settings, gathering)
    if gathering.problems:
        text = "\n  ".join(["These settings cannot be used:", *(fault.detail for fault in gathering.problems)])
        raise Unprocessable(text, code="invalid_settings", faults=gathering.problems)
    return settings


def sample() -> str:
    """Return the sample file: every setting with its help and default, all of it commented out."""
    return SAMPLE_HEAD + "".join(_sample_lines())


def _built(folder: Folder, gathering: Gathering) -> Settings:
    sections: dict[str, Any] = {}
    for name, shape in SECTIONS.items():
        given = {key.partition(".")[2]: value for key, value in gathering.values.items() if key.startswith(f"{name}.")}
        sections[name] = shape(**given)
    return Settings(folder.root, gathering.sources, **sections)


def _derived(settings: Settings) -> Settings:
    server, folder = settings.server, settings.folder
    return replace(
        settings,
        server=replace(server, public_url=(server.public_url or _local_url(server)).rstrip("/")),
        database=replace(settings.database, url=settings.database.url or f"sqlite:///{folder.database.as_posix()}"),
        queue=replace(settings.queue, url=settings.queue.url or f"sqlite:///{folder.queue.as_posix()}"),
        crypto=replace(settings.crypto, master_key_file=settings.crypto.master_key_file or str(folder.master_key)),
    )


def _local_url(server: table.Server) -> str:
    host = "localhost" if server.host in WILDCARDS else server.listen.rpartition(":")[0]
    return f"{'http' if server.tls == 'off' else 'https'}://{host}:{server.port}"


def _check_together(settings: Settings, gathering: Gathering) -> None:
    for key in ("tls_certificate", "tls_key"):
        if settings.server.tls == "files" and not getattr(settings.server, key):
            gathering.problem(f"server.{key}", "missing_setting", f"server.{key} is needed when server.tls is files")
    if settings.mail.system_smtp and not settings.mail.system_from:
        gathering.problem("mail.system_from", "missing_setting", "mail.system_from is needed when mail.system_smtp is set")
    for key in ("s3_bucket", "s3_access_key", "s3_secret_key"):
        if settings.documents.storage == "s3" and not getattr(settings.documents, key):
            gathering.problem(f"documents.{key}", "missing_setting", f"documents.{key} is needed when documents.storage is s3")


def _shown(kind: Kind, value: Any) -> str:
    if kind.secret:
        return MASK if value else ""
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    return _PASSWORD_IN_URL.sub(rf"\1:{MASK}@", str(value))


def _sample_lines() -> Iterator[str]:
    section_before = ""
    for name, kind in KINDS.items():
        section, _, key = name.partition(".")
        if section != section_before:
            yield f"\n[{section}]\n# {SECTIONS[section].__doc__}\n"
            section_before = section
        yield f"\n# {kind.about}\n# {_expectation(kind)}; {environment_name(name)}\n#{key} = {_toml(kind.default)}\n"


def _expectation(kind: Kind) -> str:
    return kind.expects[0].upper() + kind.expects[1:] + (" (secret)" if kind.secret else "")


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
