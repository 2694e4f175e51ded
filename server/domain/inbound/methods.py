"""The ways in which vendors prove who they are: the shapes that the table of schemes is filled with.

`signed` are templates of the bytes that are signed: `{body}`, `{timestamp}`, `{method}`, `{url}`, `{params}` (form fields in
order), `{crc32}`, `{body64}`, `{sns}`, `{place}` and `{parameter:name}`. Where there are several, any of them may hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Encoding = Literal["hex", "base64"]
TOLERANCE: Final = 300


@dataclass(frozen=True, slots=True)
class Clock:
    """Where the time of signing stands, in which unit; `pair` names a member of the signature's header instead."""

    place: str = ""
    unit: Literal["s", "ms"] = "s"
    pair: str = ""


@dataclass(frozen=True, slots=True)
class Hmac:
    """A keyed hash with a shared secret. `pair` is the member that holds it in a header such as `t=1,v1=...`."""

    place: str
    signed: tuple[str, ...] = ("{body}",)
    digest: Literal["sha1", "sha256", "sha512"] = "sha256"
    encoding: Encoding = "base64"
    prefix: str = ""
    pair: str = ""
    clock: Clock | None = None
    urls: Literal["plain", "ports", "decoded"] = "plain"
    body_hash: str = ""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A signature made with a private key. The public one is the source's secret, or a certificate whose address the message names.

    `algorithms` are chosen from by what stands at `choice`, which is empty where there is only one. `lies_at` is the pattern of host
    and path that the address of a certificate has to have.
    """

    place: str
    signed: tuple[str, ...]
    algorithms: tuple[tuple[str, str], ...]
    choice: str = ""
    encoding: Encoding = "base64"
    clock: Clock | None = None
    certificate: str = ""
    lies_at: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A shared secret that comes along as it is, at the first of these places that is filled; everything there has to be it."""

    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Jwt:
    """A JSON web token, verified with published keys. Names that begin with a colon are parameters of the source.

    `claims` are `(claim, what it has to be)`; `present` are claims that have to be there. `needs` is the parameter without
    which this is not asked for.
    """

    place: str
    keys: str
    issuers: tuple[str, ...]
    audience: str
    claims: tuple[tuple[str, str], ...] = ()
    present: tuple[str, ...] = ()
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Standard:
    """Standard Webhooks, `v1`."""


Method = Hmac | PublicKey | Token | Jwt | Standard


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a source of this kind has to be told, or may be, besides its secret; `secret` ones are sealed and never shown."""

    name: str
    about: str
    required: bool = True
    secret: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scheme:
    """How one provider signs, and where the things stand that we need of its messages.

    `secret` says in words what the source's secret is, empty where none is needed. `equal` are places that have to hold a
    parameter's value. `account` is where a message for all customers tells whose it is.
    """

    key: str
    title: str
    methods: tuple[Method, ...]
    secret: str = ""
    key_kind: Literal["text", "standard", "ed25519", "ecdsa", "rsa"] = "text"
    parameters: tuple[Parameter, ...] = ()
    equal: tuple[tuple[str, str], ...] = ()
    payload: Literal["json", "form", "any"] = "json"
    event_id: str = ""
    event_type: str = ""
    account: str = ""
    handshake: str = ""
    note: str = ""
