"""What the master key protects: the canary that tells whether it is the right one, and wrapping every secret anew.

The canary is a mark sealed at the first start. A key that cannot open it belongs to other rows: working on with it would
answer every API key with 401 and fail every delivery, so a process that meets it does not start.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Final

from server.domain.errors import Denied
from server.services import vaults
from server.store import database, marks, seals
from server.system.crypto import CryptoError

if TYPE_CHECKING:
    from collections.abc import Callable

CANARY: Final = "master_key_canary"
BATCH: Final = 200


def ensure_canary() -> None:
    """Seal a canary where there is none; refuse a key that cannot open the one there is. Raises Denied (`master_key_wrong`)."""
    if marks.find(CANARY) is None:
        with database.transaction():
            if marks.find(CANARY) is None:
                _seal_canary()
    if not canary_lives():
        raise Denied("The master key is not the one that this database was written with; put the right key back.", code="master_key_wrong")


def canary_lives() -> bool:
    """Tell whether the vault opens the canary, and looks keys up as the rows were written; without a canary, it does."""
    sealed = marks.find(CANARY)
    if sealed is None:
        return True
    try:
        return vaults.vault().open(b64decode(sealed), CANARY) == _token()
    except CryptoError:
        return False


def _seal_canary() -> None:
    marks.put(CANARY, b64encode(vaults.vault().seal(_token(), CANARY)).decode())


def _token() -> bytes:
    return vaults.vault().digest(CANARY, "canary").encode()


def rewrap_all(progress: Callable[[str, int, int], None]) -> int:
    """Wrap every secret under the current master key, in batches beside other writers; returns how many needed it.

    `progress` is told column, secrets looked at, and secrets in all. Interrupted, it is simply run again.
    """
    changed = 0
    for column in seals.SEALED:
        total, seen = seals.count(column), 0
        after: seals.Place | None = None
        while found := seals.read(column, after, BATCH):
            changed += _rewrap(column, found)
            after, seen = found[-1][0], seen + len(found)
            progress(f"{column.table}.{column.column}", seen, total)
    with database.transaction():
        _seal_canary()
    return changed


def _rewrap(column: seals.SealedColumn, found: list[tuple[seals.Place, bytes]]) -> int:
    vault = vaults.vault()
    many = [(place, sealed, vault.rewrap(sealed)) for place, sealed in found if vault.needs_rewrap(sealed)]
    if many:
        with database.transaction():
            seals.write(column, many)
    return len(many)
