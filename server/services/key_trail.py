"""What keys do at the door, for the audit trail: the first use of each, and every refusal of one that is known.

The door only notes it in memory, since a request must not wait for it; it is written a moment later with the request log.
A refusal that repeats itself is written once an hour, and a key that nobody made is nobody's: the request log alone has it.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple

from server.domain import keys
from server.domain.actor import Actor, Mode
from server.services import events, vaults
from server.store import api_keys, database
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

AGAIN_MS: Final = 3_600_000
_MOST: Final = 1000
_MOST_REFUSALS: Final = 10_000
KINDS: Final = {"key", "opr"}


class Owned(NamedTuple):
    """Whose a key is."""

    id: str
    tenant_id: str
    mode: Mode


class _Note(NamedTuple):
    action: str
    key: Owned | str
    address: str
    request_id: str
    code: str | None


class KeyTrail:
    """What one process has seen at its door and not yet written."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self._notes: deque[_Note] = deque(maxlen=_MOST)
        self._told: dict[tuple[str, str, str], int] = {}

    def entered(self, key: Owned, address: str, request_id: str) -> None:
        """Note that a key was let in that this process did not remember: perhaps for the first time."""
        if key.id.startswith("key_"):
            self._notes.append(_Note("api_key.first_used", key, address, request_id, None))

    def refused(self, key: Owned, code: str, address: str, request_id: str) -> None:
        """Note that a key was refused that is good in itself: it has ended, or comes from the wrong place."""
        if key.id.startswith("key_") and self._is_news(key.id, code, address):
            self._notes.append(_Note("api_key.refused", key, address, request_id, code))

    def unknown(self, text: str, code: str, address: str, request_id: str) -> None:
        """Note that a text was refused that may be a key that has ended; one that is mistyped is left alone."""
        parsed = keys.parse(text)
        if parsed is None or parsed.kind not in KINDS:
            return
        digest = vaults.vault().digest(text, "api-key")
        if self._is_news(digest, code, address):
            self._notes.append(_Note("api_key.refused", digest, address, request_id, code))

    def _is_news(self, key: str, code: str, address: str) -> bool:
        now, place = clock.now_ms(), (key, code, address)
        if now - self._told.get(place, -AGAIN_MS) < AGAIN_MS:
            return False
        if len(self._told) >= _MOST_REFUSALS:
            self._told.clear()
        self._told[place] = now
        return True

    @property
    def waiting(self) -> bool:
        """Whether there is something to write."""
        return bool(self._notes)

    def write(self) -> None:
        """Write what was seen, before the moments of last use are; call inside a transaction. Notes go only once it has committed."""
        notes = list(self._notes)
        entered = {note.key.id for note in notes if isinstance(note.key, Owned) and note.code is None}
        unused = api_keys.never_used(sorted(entered)) if entered else set()
        for note in notes:
            key = note.key if isinstance(note.key, Owned) else _known(note.key)
            if key is None or (note.code is None and key.id not in unused):
                continue
            unused.discard(key.id)
            actor = Actor(
                "key" if key.tenant_id else "operator", key.id, key.tenant_id, key.mode, frozenset(), "", None, note.address, note.request_id
            )
            events.record_audit(actor, note.action, key.id, {"reason": note.code} if note.code else None)
        database.after_commit(lambda: self._forget(notes))

    def _forget(self, written: Sequence[_Note]) -> None:
        for note in written:
            if self._notes and self._notes[0] is note:
                self._notes.popleft()


def _known(digest: str) -> Owned | None:
    found = api_keys.owner_by_digest(digest)
    return Owned(*found) if found else None
