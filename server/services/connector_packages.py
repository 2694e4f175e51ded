"""Connectors of others: a folder that is only manifest and mapping may be installed as it is, one with Python only when it is signed.

Python of others runs inside the appliance and cannot be fenced in there, so its publisher has to be trusted by name in the settings, and
every file is covered by the signature. The archives lie in the database; each process unpacks what it lacks.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import tomllib
import zipfile
from base64 import b64decode
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from server.domain.errors import Conflict, Denied, Missing
from server.domain.packages import CODE, LARGEST, SIGNATURE, Entry, file_names, has_code, refused, signed_text
from server.outbound import catalogue
from server.services import events, tenants
from server.store import connector_packages, database, generations
from server.system import clock, paths, public_keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.actor import Actor
    from server.store.tables import Row
    from server.system.settings import Settings

GENERATION: Final = "connectors"
_LINK: Final = 0o120000
_KIND: Final = 0o170000


class PackageView(BaseModel):
    """A connector of others. `signed_by` is the publisher whose signature covers it, null for one without Python and signature."""

    id: str
    object: str
    key: str
    version: str
    title: str
    publisher: str
    digest: str
    signed_by: str | None
    created_at: str


class _Mounted:
    """Which packages this process has mounted, and where it unpacks them."""

    folder: Path | None = None
    generation: int = -1


def install(settings: Settings) -> None:
    """Take the folder that packages are unpacked in; nothing is unpacked yet."""
    _Mounted.folder, _Mounted.generation = settings.folder.root / "connectors", -1


def refresh() -> None:
    """Mount what was installed since by whatever process; costs one small query when nothing was."""
    generation = generations.current().get(GENERATION, 0)
    if _Mounted.folder is None or generation == _Mounted.generation:
        return
    catalogue.mount([_unpacked(row) for row in reversed(connector_packages.rows())])
    _Mounted.generation = generation


def _unpacked(row: Row) -> Path:
    """Return the folder of a package, unpacked where it is not yet; what lies there is named after the digest of its archive."""
    target = Path(str(_Mounted.folder)) / f"{row['key']}-{row['version']}-{row['digest'][:16]}"
    if not target.exists():
        found = connector_packages.find(row["key"], row["version"])
        files = read_archive(found["archive"] if found else b"")
        making = target.with_name(f".{target.name}")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=paths.PRIVATE_FOLDER, parents=True)
        for name, content in files.items():
            (making / name).write_bytes(content)
        making.rename(target)
    return target


def read_archive(archive: bytes) -> dict[str, bytes]:
    """Return the files of a package. Raises Unprocessable (`package_refused`) for anything but a few plain files in one folder."""
    if len(archive) > LARGEST:
        raise refused("It is too large.")
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as found:
            listed = [one for one in found.infolist() if not one.is_dir()]
            names = file_names([Entry(one.filename, one.file_size, _is_special(one)) for one in listed])
            return {name: _content(found, place) for name, place in names.items()}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise refused("It is no ZIP archive that can be read.") from error


def _is_special(entry: zipfile.ZipInfo) -> bool:
    return (entry.external_attr >> 16) & _KIND == _LINK or bool(entry.flag_bits & 1)


def _content(found: zipfile.ZipFile, place: str) -> bytes:
    """Return one file; what its table of contents says of its size is not believed."""
    with found.open(place) as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise refused("It holds more than it says.")
    return content


def pack(folder: Path) -> bytes:
    """Return a folder as a package. Raises Missing when there is none."""
    if not folder.is_dir():
        raise Missing(f"There is no folder {folder}.")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for path in sorted(folder.iterdir()):
            if path.is_file() and path.suffix != ".pyc":
                made.write(path, path.name)
    return buffer.getvalue()


def add(actor: Actor, archive: bytes, settings: Settings) -> dict[str, Any]:
    """Install a package for the whole appliance. Raises Unprocessable, Denied for code nobody trusted has signed, or Conflict."""
    tenants.require_operator(actor)
    files = read_archive(archive)
    signed_by = check_signature(files, settings.connectors.trusted_publishers)
    manifest = _checked(files, settings)
    if catalogue.is_built_in(manifest.key):
        raise Conflict(f"'{manifest.key}' is built in; a package cannot stand in for it.", code="connector_built_in")
    if signed_by is not None and manifest.tables["publisher"] != signed_by:
        raise Denied(f"It is signed by {signed_by}, and says that {manifest.tables['publisher']} publishes it.", code="signature_refused")
    row: Row = {"key": manifest.key, "version": manifest.version, "title": manifest.title, "publisher": manifest.tables["publisher"]}
    row |= {"digest": hashlib.sha256(archive).hexdigest(), "signed_by": signed_by, "archive": archive, "created_at": clock.now_ms()}
    with database.transaction():
        if connector_packages.find(manifest.key, manifest.version) is not None:
            raise Conflict(f"Version {manifest.version} of '{manifest.key}' is installed.", code="not_unique")
        connector_packages.insert({**row, "created_by": actor.id})
        generations.bump(GENERATION)
        events.record_audit(actor, "connector_package.created", f"{manifest.key}@{manifest.version}", {"signed_by": [None, signed_by]})
    refresh()
    return shown(row)


def _checked(files: Mapping[str, bytes], settings: Settings) -> catalogue.Manifest:
    """Return the manifest of a package that a connector can be made of; no code of it runs here."""
    trial = settings.folder.root / "connectors" / f".trial-{hashlib.sha256(signed_text(files)).hexdigest()[:16]}"
    shutil.rmtree(trial, ignore_errors=True)
    trial.mkdir(mode=paths.PRIVATE_FOLDER, parents=True)
    try:
        for name, content in files.items():
            (trial / name).write_bytes(content)
        found = catalogue.read_manifest(trial)
        if CODE not in files:
            catalogue.declared(found)
    except ValueError as error:
        raise refused(str(error)) from error
    except KeyError as error:
        raise refused(f"Its manifest declares no {error}, which a connector without Python needs.") from error
    finally:
        shutil.rmtree(trial, ignore_errors=True)
    return found


def check_signature(files: Mapping[str, bytes], trusted: Sequence[str]) -> str | None:
    """Return the trusted publisher who signed a package, None for one without code and signature. Raises Denied (`signature_refused`)."""
    if SIGNATURE not in files:
        if has_code(files):
            raise Denied("It brings Python along and is not signed; only a trusted publisher's signature lets that in.", code="signature_refused")
        return None
    try:
        table = tomllib.loads(files[SIGNATURE].decode())
        publisher, signature = str(table["publisher"]), b64decode(table["signature"], validate=True)
    except (ValueError, KeyError, TypeError) as error:
        raise Denied("Its signature cannot be read.", code="signature_refused") from error
    keys = [key.encode() for name, _, key in (entry.partition(":") for entry in trusted) if name == publisher]
    if not any(public_keys.holds("ed25519", key, signature, signed_text(files)) for key in keys):
        raise Denied(f"The signature is not one of '{publisher[:80]}', or that publisher is not trusted here.", code="signature_refused")
    return publisher


def list_all(actor: Actor) -> list[dict[str, Any]]:
    """Return every package."""
    tenants.require_operator(actor)
    return [shown(row) for row in connector_packages.rows()]


def shown(row: Row) -> dict[str, Any]:
    """Return a package in its wire form."""
    plain = {name: row[name] for name in ("key", "version", "title", "publisher", "digest", "signed_by")}
    return {"id": f"{row['key']}@{row['version']}", "object": "connector_package", **plain, "created_at": clock.rfc3339(row["created_at"])}


def remove(actor: Actor, name: str) -> None:
    """Remove a package, named `key@version`. Raises Missing, or Conflict while somebody has it installed."""
    tenants.require_operator(actor)
    key, _, version = name.partition("@")
    with database.transaction():
        users = connector_packages.count_installations(key, version)
        if users:
            raise Conflict(f"{users} installations run this version; upgrade or uninstall them first.", code="package_in_use")
        if not connector_packages.delete(key, version):
            raise Missing(f"There is no package '{name[:120]}'.")
        generations.bump(GENERATION)
        events.record_audit(actor, "connector_package.deleted", name)
    refresh()
