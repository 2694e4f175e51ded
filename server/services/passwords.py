"""Password hashes: argon2id with the parameters OWASP recommends; what was hashed with others is hashed anew at the next sign-in.

A wrong password, an unknown user and one without a password take the same time. Never call these in a brief write: a hash
takes tens of milliseconds and 19 MiB.
"""

from __future__ import annotations

import threading
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from argon2 import PasswordHasher

# https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html: m=19 MiB, t=2, p=1.
MEMORY_KIB: Final = 19_456
PASSES: Final = 2
LANES: Final = 1
# A burst of sign-ins waits here instead of taking the machine's memory.
_room: Final = threading.BoundedSemaphore(4)


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)


@cache
def _nobody() -> str:
    """Return a hash of nothing anybody could type, to be compared with where there is none."""
    return digest("\0")


def digest(password: str) -> str:
    """Return the hash to store, parameters and salt included."""
    with _room:
        return _hasher().hash(_normal(password))


def verify(stored: str | None, password: str) -> bool:
    """Tell whether the password belongs to a stored hash; None never does, and takes as long."""
    from argon2.exceptions import InvalidHashError, VerificationError

    against = stored or _nobody()
    try:
        with _room:
            return _hasher().verify(against, _normal(password)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(stored: str) -> bool:
    """Tell whether a hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(stored)


def _normal(password: str) -> bytes:
    # Keyboards differ in how they compose an accent (NIST SP 800-63B section 3.1.1.2); surrogates come from broken JSON escapes.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
