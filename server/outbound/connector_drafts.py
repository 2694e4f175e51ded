"""Writes the folder of a new connector, and that of its tests, from a vendor's description. Nothing that is there is ever overwritten."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import orjson

from connectors.sdk.drafts.drafting import files_of
from connectors.sdk.manifest import read_manifest
from server.domain.errors import Conflict, Invalid
from server.outbound import yaml_documents

LARGEST: Final = 64 * 1024 * 1024


def write(key: str, description: Path, project: Path) -> list[Path]:
    """Write a draft into a checkout and return its files. Raises Invalid for what no draft can be made of, Conflict where it is there already."""
    if not (project / "connectors" / "catalog").is_dir():
        raise Invalid(f"{project} is no checkout of the project: connectors/catalog is not there.")
    try:
        files = {project / path: text for path, text in files_of(key, _read(description))}
    except ValueError as error:
        raise Invalid(f"{description}: {error}" if key.isidentifier() else str(error)) from None
    there = sorted(str(path.parent) for path in files if path.parent.exists())
    if there:
        raise Conflict(f"{there[0]} is there already.")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(files)


def questions(folder: Path) -> list[str]:
    """Return what a draft leaves to decide. Raises ManifestError for one that cannot be read."""
    return [str(one) for one in read_manifest(folder).tables.get("gaps", ())]


def _read(path: Path) -> Any:
    """Return a document of JSON or YAML. Raises ValueError for what is neither."""
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError("the file is larger than 64 MB")
        content = path.read_bytes()
    except OSError as error:
        raise ValueError(error.strerror or "the file cannot be read") from None
    try:
        return orjson.loads(content)
    except ValueError as error:
        if path.suffix == ".json":
            raise
        return yaml_documents.read(content, str(error))
