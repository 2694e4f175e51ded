"""The relaxed form of a body (RFC 6376, section 3.4.4), made by replacing alone: it costs a few copies of the body, whatever that is.

The library's own way keeps a list of everything between two spaces, which is ten times the body and more. The result is the same.
"""

from __future__ import annotations


def relaxed(body: bytes) -> bytes:
    """Return a body with each run of blanks as one space, none at the end of a line, and no empty lines at its end."""
    from dkim.canonicalization import correct_empty_body, strip_trailing_lines

    body = body.replace(b"\t", b" ")
    while b"  " in body:
        body = body.replace(b"  ", b" ")
    stripped: bytes = correct_empty_body(strip_trailing_lines(body.replace(b" \r\n", b"\r\n")))
    return stripped


def install() -> None:
    """Have the library make the relaxed form of bodies this way."""
    from dkim.canonicalization import Relaxed

    Relaxed.canonicalize_body = staticmethod(relaxed)
