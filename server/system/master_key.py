"""Where the master key comes from and how it is made, recovered, rotated and retired; a key is never overwritten, only added.

The key document is JSON, `{"format", "current", "keys": {number: base64}, "digest_key": sealed}`, or 32 bytes in base64 for one
bare key. It comes from `crypto.master_key`, else the OS keyring (`crypto.keyring`), else the key file.

A rotation while serving: `rotate()`; every process wraps by the new key within a second; rewrap every secret, again until none
needs it and two seconds have passed; then `retire(old)`. Interrupted anywhere, it can be taken up again.
"""

from __future__ import annotations

import hmac
import json
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Conflict, Missing, Unprocessable
from server.system import recovery_code
from server.system.crypto import DIGEST_KEY_BYTES, KEY_BYTES, CryptoError, Keys, Vault, default_digest_key
from server.system.key_holders import FileHolder, Holder, KeyringHolder, SettingHolder
from server.system.paths import Folder, exclusively, make_private_folder, write_private

if TYPE_CHECKING:
    from server.system.settings import Settings

FORMAT: Final = 1
DIGEST_CONTEXT: Final = "junction.digest-key"


@dataclass(frozen=True, slots=True, repr=False)
class Rotation:
    """A new master key: its recovery code, and `setting`, the new value of crypto.master_key when the key comes from there.

    In that case nothing was stored: the rotation begins when the operator has changed the setting and restarted.
    """

    number: int
    recovery_code: str
    setting: str


class MasterKey:
    """The keys of one data folder, in the place that its settings name."""

    def __init__(self, holder: Holder, note: Path) -> None:
        """Use the document in `holder`; `note` is the file that remembers which recovery code was confirmed."""
        self.holder = holder
        self.note = note

    def exists(self) -> bool:
        """Tell whether there is a key; if not while there are sealed secrets, it has to be recovered, not created."""
        return self.holder.read() is not None

    def create(self) -> str:
        """Make the first key and return its recovery code. Raises Conflict when there is one already."""
        keys = Keys({1: os.urandom(KEY_BYTES)}, 1, os.urandom(DIGEST_KEY_BYTES))
        make_private_folder(self.note.parent)
        with exclusively(self.note.parent):
            self.holder.write(dump(keys), new=True)
            self._remember(confirmed=0)
        return _code(keys)

    def keys(self) -> Keys:
        """Return the keys. Raises Missing when there are none, Unprocessable when the document cannot be read."""
        document = self.holder.read()
        if document is None:
            detail = f"There is no master key in {self.holder.place}; a lost one is restored by its recovery code."
            raise Missing(detail, code="master_key_missing")
        return parse(document, self.holder.place)

    def vault(self) -> Vault:
        """Return a vault with the keys, which notices another process's rotation."""
        seen = self.holder.stamp()
        keys = self.keys()

        def reload() -> Keys | None:
            nonlocal seen
            stamp = self.holder.stamp()
            if stamp == seen:
                return None
            seen = stamp
            return self.keys()

        return Vault(keys.masters, keys.current, keys.digest, reload)

    def rotate(self) -> Rotation:
        """Add a master key and make it the current one; the others stay until retired."""
        with exclusively(self.note.parent):
            before = self.keys()
            number = max(before.masters) + 1
            after = Keys({**before.masters, number: os.urandom(KEY_BYTES)}, number, before.digest)
            return Rotation(number, _code(after), self._keep(after))

    def retire(self, number: int) -> str:
        """Forget a master key that wraps nothing any more, which is not checked here. Raises Conflict for the current one.

        Returns the new value of crypto.master_key when the key comes from there, else the empty text.
        """
        with exclusively(self.note.parent):
            before = self.keys()
            if number == before.current:
                detail = f"Master key {number} is the current one; rotate first."
                raise Conflict(detail, code="master_key_current")
            return self._keep(Keys({held: key for held, key in before.masters.items() if held != number}, before.current, before.digest))

    def recover(self, code: str) -> int:
        """Put back the key that a recovery code holds, beside those that are there, and return its number.

        Raises Unprocessable when the code is mistyped, Conflict when it belongs to another installation.
        """
        number, master, digest = recovery_code.decode(code)
        make_private_folder(self.note.parent)
        with exclusively(self.note.parent):
            before = self.keys() if self.exists() else Keys({}, number, digest)
            if before.digest != digest or before.masters.get(number, master) != master:
                detail = f"This recovery code belongs to another installation than the key in {self.holder.place}."
                raise Conflict(detail, code="recovery_code_foreign")
            current = max(number, before.current)
            self.holder.write(dump(Keys({**before.masters, number: master}, current, digest)))
            self._remember(confirmed=number)
        return number

    def confirm(self, code: str) -> bool:
        """Remember that the owner has the current recovery code; False when this is not it."""
        keys = self.keys()
        try:
            number, master, digest = recovery_code.decode(code)
        except Unprocessable:
            return False
        if number != keys.current or not hmac.compare_digest(master + digest, keys.masters[number] + keys.digest):
            return False
        self._remember(confirmed=number)
        return True

    @property
    def confirmed(self) -> bool:
        """Whether the current recovery code was typed back; a key from a setting is in its owner's hands anyway."""
        if not self.holder.writable:
            return True
        try:
            return self.note.read_text("ascii").strip() == str(self.keys().current)
        except FileNotFoundError:
            return False

    def _keep(self, keys: Keys) -> str:
        if not self.holder.writable:
            return b64encode(dump(keys)).decode()
        self.holder.write(dump(keys))
        # Rewriting the note also tells other processes to look into the keyring again.
        self._remember(confirmed=self._confirmed_number())
        return ""

    def _confirmed_number(self) -> int:
        return int(self.note.read_text("ascii")) if self.note.exists() else 0

    def _remember(self, *, confirmed: int) -> None:
        write_private(self.note, f"{confirmed}\n".encode())


def locate(settings: Settings) -> MasterKey:
    """Return the master key in the place that the settings name."""
    folder, crypto = settings.folder, settings.crypto
    if crypto.master_key:
        return MasterKey(SettingHolder(crypto.master_key), folder.confirmation)
    if crypto.keyring:
        return MasterKey(KeyringHolder(str(folder.root), folder.confirmation), folder.confirmation)
    return MasterKey(FileHolder(Path(crypto.master_key_file)), folder.confirmation)


def recover(code: str, path: Path) -> int:
    """Restore the key file at `path`, in a data folder, from a recovery code; see `MasterKey.recover`."""
    return MasterKey(FileHolder(path), Folder(path.parent).confirmation).recover(code)


def dump(keys: Keys) -> bytes:
    """Return the key document, the digest key in it wrapped by the current master key."""
    sealed = Vault(keys.masters, keys.current, keys.digest).seal(keys.digest, DIGEST_CONTEXT)
    masters = {str(number): b64encode(key).decode() for number, key in sorted(keys.masters.items())}
    document = {"format": FORMAT, "current": keys.current, "keys": masters, "digest_key": b64encode(sealed).decode()}
    return json.dumps(document, indent=2).encode() + b"\n"


def parse(document: bytes, place: str) -> Keys:
    """Return the keys in a document, or of 32 bytes in base64. Raises Unprocessable (`master_key_unreadable`)."""
    try:
        content = document.strip()
        if not content.startswith(b"{"):
            content = b64decode(content, validate=True)
        return _bare(content) if len(content) == KEY_BYTES else _keys(json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError, CryptoError):
        detail = f"What lies in {place} is neither a key file nor {KEY_BYTES} bytes in base64."
        # The cause is not chained: it could quote the key.
        raise Unprocessable(detail, code="master_key_unreadable") from None


def _bare(key: bytes) -> Keys:
    return Keys({1: key}, 1, default_digest_key({1: key}))


def _keys(document: dict[str, Any]) -> Keys:
    if document["format"] != FORMAT:
        raise ValueError(FORMAT)
    masters = {int(number): b64decode(key, validate=True) for number, key in document["keys"].items()}
    current = int(document["current"])
    sealed = b64decode(document["digest_key"], validate=True)
    return Keys(masters, current, Vault(masters, current).open(sealed, DIGEST_CONTEXT))


def _code(keys: Keys) -> str:
    return recovery_code.encode(keys.current, keys.masters[keys.current], keys.digest)
