"""Reads provider files: one OAuth identity each, which several connectors of a vendor share with one consent and one token."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from connectors.sdk.declaring import fill


@dataclass(frozen=True)
class Provider:
    """Where and how tokens are got. `{placeholders}` in addresses are fields of the configuration or of an earlier answer.

    `token_fields` are members of the token's answer (`callback_fields`: parameters of the redirect) that requests need later, such as
    `instance_url`; where there is a `metadata_url` they may stand in its answer, asked for once with `metadata_prefix` before the token.
    `revoke_params` is what is sent to `revoke_url` where that is not the token, as RFC 7009 has it.
    `lifetime_seconds` is how long a token holds where the answer has no `expires_in`; 0 means until it is refused.
    """

    key: str
    title: str
    authorize_url: str
    token_url: str
    revoke_url: str = ""
    revoke_params: Mapping[str, str] = field(default_factory=dict)
    hosts: tuple[str, ...] = ()
    pkce: bool = True
    scope_separator: str = " "
    client_auth: Literal["body", "basic", "bearer"] = "body"
    scopes: tuple[str, ...] = ()
    authorize_params: Mapping[str, str] = field(default_factory=dict)
    token_params: Mapping[str, str] = field(default_factory=dict)
    token_fields: tuple[str, ...] = ()
    callback_fields: tuple[str, ...] = ()
    metadata_url: str = ""
    metadata_prefix: str = "Bearer"
    access_token: str = "access_token"  # noqa: S105 - where the token stands in the answer
    token_type: str = "Bearer"  # noqa: S105 - what stands before it in a header
    rotates: bool = False
    refreshes: bool = True
    lifetime_seconds: int = 0
    documentation: str = ""
    console: str = ""


def read_providers(folder: Path) -> dict[str, Provider]:
    """Return the providers of a folder by key. Raises ValueError for a file that is wrong."""
    return {path.stem: read_provider(path, path.stem) for path in sorted(folder.glob("*.toml"))}


def read_provider(path: Path, key: str) -> Provider:
    """Return one provider. Raises ValueError for a file that is wrong."""
    try:
        return fill(Provider, {"key": key, **tomllib.loads(path.read_text(encoding="utf-8"))})
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from None
