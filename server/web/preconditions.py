"""Entity tags and the conditions made of them (RFC 9110, sections 8.8.3 and 13.1).

A record's tag is its version, `"7"`. Asked for with `fields` or `expand` its body is another representation of the same
version, `"7-1f2e3d4c"`: the part before the dash is what If-Match compares, the whole is what If-None-Match does. What has no
version has a tag made of its body, and If-Match compares that with what reading it answers. Where a body also tells when
something was last used, what is before the dash is made without that: to use a key does not make its reader's copy stale.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import Final

from server.domain.errors import Invalid

NO_VERSION: Final = -1
_USE: Final = re.compile(rb'"(?:acknowledged_at|last_event_at|last_sign_in_at|last_synced_at|last_used_at|mailed_at|next_at)":(?:null|"[^"]*"),?')
_TAG: Final = re.compile(r'\s*(?:W/)?"([\x21\x23-\x7e\x80-\U0010ffff]*)"\s*(?:,|$)')
_VERSION: Final = re.compile(r"([0-9]{1,18})(?:-[0-9a-f]+)?")


def tags(text: str) -> list[str] | None:
    """Return the opaque parts of a list of entity tags, None when it is not one."""
    found, place = [], 0
    while place < len(text):
        tag = _TAG.match(text, place)
        if tag is None:
            return None
        found.append(tag[1])
        place = tag.end()
    return found or None


def wanted_version(text: str | None) -> int | None:
    """Return the version that If-Match names, None when any will do; `NO_VERSION` for a tag no record has. Raises Invalid."""
    if text is None or text.strip() == "*":
        return None
    # A bare version is taken too: many clients strip the quotes.
    plain = text.strip()
    found = [plain] if plain.isascii() and plain.isdigit() else tags(plain)
    if found is None or len(found) > 1:
        raise Invalid('If-Match has to be one ETag of this appliance, such as "7", or *.', code="invalid_if_match")
    version = _VERSION.fullmatch(found[0])
    return int(version[1]) if version else NO_VERSION


def unchanged(condition: str, tag: str) -> bool:
    """Tell whether If-None-Match covers the tag; the comparison is weak, and garbage covers nothing."""
    return condition.strip() == "*" or tag.removeprefix("W/").strip('"') in (tags(condition) or ())


def tag_of(body: bytes, version: int | None = None) -> str:
    """Return a tag for a body, with the version in front where the record has one."""
    digest = _digest(body)
    if version is not None:
        return f'"{version}-{digest}"'
    settled = _USE.sub(b"", body)
    return f'"{digest}"' if settled == body else f'"{_digest(settled)}-{digest}"'


def _digest(body: bytes) -> str:
    return blake2b(body, digest_size=6).hexdigest()


def named(condition: str, current: str) -> bool:
    """Tell whether If-Match names a current tag, of which the quotes are taken off. Raises Invalid."""
    version, wanted = _VERSION.fullmatch(current), wanted_version(condition)
    if version:
        return wanted == int(version[1])
    return condition.strip().removeprefix("W/").strip('"').partition("-")[0] == current.partition("-")[0]
