"""What a new password must fulfil. Hashing lives elsewhere; nothing here keeps or repeats the password.

Length does the work (NIST SP 800-63B section 3.1.1): no rules about kinds of characters, only a refusal of what is guessed first.
"""

from __future__ import annotations

import re
from typing import Final

from server.domain.errors import Fault, Unprocessable

SHORTEST: Final = 12
LONGEST: Final = 200
FEWEST_DIFFERENT: Final = 5
SHORTEST_LOCAL_PART: Final = 3

# What tops the published lists once twelve characters are asked for, without digits and signs at its end.
COMMON: Final = frozenset({
    "password", "passwort", "motdepasse", "contrasena", "passw0rd", "p@ssw0rd", "p@ssword", "pa$$word", "passwordpassword",
    "qwerty", "qwertz", "azerty", "qwertyuiop", "qwertyuiopasdf", "qwertyqwerty", "qwertyuiopasdfghjkl", "asdfghjkl",
    "asdfghjklqwerty", "zxcvbnm", "zxcvbnmasdfghjkl", "qazwsxedcrfv", "1qaz2wsx3edc", "1q2w3e4r5t6y", "q1w2e3r4t5y6",
    "abcdefghijkl", "abcdefghijklm", "abcdefghijklmnop", "abcdefghijklmnopqrstuvwxyz", "abc", "abcd", "abcdef",
    "letmein", "letmeinplease", "iloveyou", "iloveyousomuch", "welcome", "welcometo", "trustno", "trustnoone", "changeme",
    "changemenow", "changethis", "administrator", "adminadmin", "adminadminadmin", "admin", "root", "rootroot", "superuser",
    "secret", "secretsecret", "topsecret", "mypassword", "yourpassword", "thisispassword", "thisismypassword", "nopassword",
    "monkey", "dragon", "sunshine", "princess", "football", "baseball", "superman", "batman", "starwars", "pokemon",
    "master", "mastermaster", "computer", "internet", "whatever", "hello", "hellohello", "helloworld", "summer", "winter",
    "spring", "autumn", "default", "guest", "test", "testtest", "testtesttest", "testing", "junction", "junctionadmin",
})  # fmt: skip

_SEQUENCES: Final = ("0123456789" * 21, "9876543210" * 21)
_TAIL = re.compile(r"[\W\d_]+\Z")


def check_password(password: str, email: str | None = None) -> None:
    """Raise Unprocessable naming every rule that the password breaks."""
    faults = [Fault("/password", code, detail) for code, detail in _broken(password, email or "")]
    if faults:
        raise Unprocessable("This password cannot be used.", code="weak_password", faults=faults)


def _broken(password: str, email: str) -> list[tuple[str, str]]:
    plain = password.casefold()
    local_part = email.partition("@")[0].casefold()
    rules = (
        (len(password) < SHORTEST, "password_too_short", f"It needs at least {SHORTEST} characters."),
        (len(password) > LONGEST, "password_too_long", f"It may have at most {LONGEST} characters."),
        (_is_common(plain), "password_common", "It is among the first that anybody would try."),
        (len(local_part) >= SHORTEST_LOCAL_PART and local_part in plain, "password_contains_email", "It contains the e-mail address."),
        (not password.isprintable(), "password_unprintable", "It holds a character that cannot be typed."),
    )
    return [(code, detail) for broken, code, detail in rules if broken]


def _is_common(plain: str) -> bool:
    if len(set(plain)) < FEWEST_DIFFERENT or any(plain in sequence for sequence in _SEQUENCES):
        return True
    return plain in COMMON or _TAIL.sub("", plain) in COMMON
