"""Signing what is sent: which domain may stand in From, and the DKIM signatures of its keys.

A domain covers its sub-domains, but where another tenant has verified the nearer name, that name is theirs alone. What a
tenant may not send from is never signed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from server.domain.errors import Unprocessable
from server.domain.mail import dkim
from server.domain.mail.names import ancestry
from server.services import vaults
from server.store import dkim_keys, sending_domains
from server.system import clock
from server.system import dkim_keys as key_pairs

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.store.sending_domains import Row

CONTEXT: Final = "dkim.private/"


def is_verified(tenant_id: str, mode: str, from_domain: str) -> bool:
    """Tell whether a tenant may send from a domain."""
    return find_domain(tenant_id, mode, from_domain) is not None


def find_domain(tenant_id: str, mode: str, from_domain: str) -> Row | None:
    """Return the verified domain of a tenant's that covers a name in From, or None."""
    covering = sending_domains.verified(ancestry(from_domain))
    own = [row for row in covering if (row["tenant_id"], row["mode"]) == (tenant_id, mode)]
    nearest = max(own, key=lambda row: len(row["name"]), default=None)
    if nearest is None or any(row["tenant_id"] != tenant_id and len(row["name"]) >= len(nearest["name"]) for row in covering):
        return None
    return nearest


def sign(tenant_id: str, mode: str, from_domain: str, message: bytes) -> bytes:
    """Return a message with the signatures of its domain on top; send exactly these bytes. Raises Unprocessable (`domain_not_verified`)."""
    domain = find_domain(tenant_id, mode, from_domain)
    keys = dkim_keys.active(tenant_id, mode, domain["id"]) if domain else []
    if domain is None or not keys:
        raise Unprocessable(f"{from_domain} is not a verified sending domain.", code="domain_not_verified")
    signers = [dkim.Signer(domain["name"], key["selector"], key["algorithm"], _opened(key["id"], key["algorithm"], key["private"])) for key in keys]
    return dkim.sign(message, signers, clock.now_ms() // 1000)


@lru_cache(maxsize=1024)
def _opened(key_id: str, algorithm: str, private: bytes) -> Callable[[bytes], bytes]:
    return key_pairs.signing(algorithm, vaults.vault().open(private, CONTEXT + key_id))
