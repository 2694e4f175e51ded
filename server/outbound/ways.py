"""How a receiver is spoken to, where that differs from how all are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """A client certificate, a proxy of its own, or that nothing may be sent twice; equal to itself alone, so that connections are not shared."""

    tls: ssl.SSLContext | None = None
    proxy: str | None = field(default=None, repr=False)
    once: bool = False
