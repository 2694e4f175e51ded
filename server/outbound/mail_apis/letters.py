"""What is handed to a provider, and whose account there it goes by. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class ApiAccount:
    """An account with a provider: `endpoint` is the address of its API, `key_id` names the key where a provider numbers keys."""

    provider: str
    endpoint: str
    key: str = field(repr=False)
    key_id: str = ""
    domain: str = ""
    region: str = ""


class Letter(NamedTuple):
    """One message to one recipient, unsigned; `mark` is our id of the recipient, which the provider shows beside its own."""

    sender: str
    recipient: str
    raw: bytes
    mark: str
