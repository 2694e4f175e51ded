"""`junction keys`: the master key replaced while serving, and brought back from its recovery code."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Final

from server.main.banner import recovery_lines
from server.main.invocation import WrongUsage, read_secret
from server.services import seals, vaults
from server.system import master_key

if TYPE_CHECKING:
    from server.main.invocation import Invocation
    from server.system.master_key import MasterKey

NOTICED_SECONDS: Final = 2.0
"""By then every process has seen the new key, and nothing is wrapped by an old one any more."""


def rotate(call: Invocation) -> None:
    """Make a new master key, wrap every secret by it, and forget the old one; run again, it goes on where it was interrupted."""
    call.open()
    key = master_key.locate(call.settings)
    code, held = "", key.keys()
    if len(held.masters) == 1:
        rotation = key.rotate()
        code = rotation.recovery_code
        if rotation.setting:
            _hand_over(call, rotation.setting, code)
            return
        vaults.install(key.vault())
        time.sleep(NOTICED_SECONDS)
    changed = _rewrap(call)
    setting = _retire(key)
    number = key.keys().current
    lines = [f"Master key {number} protects everything now; {changed} stored secrets were wrapped by it anew."]
    lines += ["", *recovery_lines(code)] if code else []
    lines += ["", f"Set crypto.master_key to: {setting}"] if setting else []
    call.answer({"number": number, "rewrapped": changed, "recovery_code": code or None, "setting": setting or None}, lines)


def recover(call: Invocation) -> None:
    """Bring a lost master key back from its recovery code."""
    code = read_secret(call.code_file, "recovery code") if call.code_file else _asked()
    number = master_key.locate(call.settings).recover(code)
    call.answer({"number": number}, [f"Master key {number} is back."])


def _asked() -> str:
    if not sys.stdin.isatty():
        raise WrongUsage("name a file with the recovery code: --code-file FILE")
    print("Recovery code: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()


def _rewrap(call: Invocation) -> int:
    """Wrap until nothing needs it any more: what was sealed beside the first walk is found by the next."""
    changed = 0
    while found := seals.rewrap_all(lambda column, done, total: call.progress(f"  {column}: {done} of {total}")):
        changed += found
        time.sleep(NOTICED_SECONDS)
    call.settled()
    return changed


def _retire(key: MasterKey) -> str:
    held = key.keys()
    setting = ""
    for number in held.masters:
        if number != held.current:
            setting = key.retire(number)
    return setting


def _hand_over(call: Invocation, setting: str, code: str) -> None:
    lines = [
        "The master key comes from the setting crypto.master_key, so the rotation begins where that is kept:",
        "  1. set crypto.master_key to the value below and restart every process,",
        "  2. run 'junction keys rotate-master' again: it wraps every secret anew and prints the final value.",
        "",
        setting,
        "",
        *recovery_lines(code),
    ]
    call.answer({"number": None, "rewrapped": 0, "recovery_code": code, "setting": setting}, lines)
