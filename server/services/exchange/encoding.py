"""Which encoding a text file is in: byte order mark, strict UTF-8 over the whole file, then a judgement on a bounded sample."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from server.services.exchange.layout import Finding
from server.services.exchange.limits import CHARSET_SAMPLE_BYTES, KIB, MIB

if TYPE_CHECKING:
    from pathlib import Path

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),  # before UTF-16: its mark begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
WESTERN = ("cp1252", "mac_roman", "cp850")
WESTERN_LETTERS = frozenset("äöüßÄÖÜéèêëàâáãçñíìîïóòôõúùûÉÈÀÂÁÇÑÍÓÚæøåÆØÅ€£\u2019\u2018\u201c\u201d„\u2013\u2014…°·«»®™©§º\u00a0")
OTHERS = ["cp1250", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256", "cp932", "gb18030", "big5", "cp949"]
BROKEN = re.compile("[\udc80-\udcff]")
WIDE = re.compile(r"[^\x00-\x7f]")


@dataclass(slots=True)
class _Census:
    """What a strict UTF-8 reading of the whole file met."""

    wide: int = 0
    broken: int = 0
    sample: bytearray = field(default_factory=bytearray)  # the lines that hold bytes past ASCII


def detect_encoding(path: Path) -> Finding:
    """Find the encoding; its name is one that `open` understands. The file is read once, in pieces."""
    with path.open("rb") as stream:
        head = stream.read(4 * KIB)
    return _by_mark(head) or _by_zeros(head) or _by_census(_take_census(path))


def _found(value: str, confidence: float, reason: str) -> Finding:
    return Finding("encoding", value, round(confidence, 2), reason)


def _by_mark(head: bytes) -> Finding | None:
    for mark, name, label in MARKS:
        if head.startswith(mark):
            return _found(name, 1.0, f"the file begins with the byte order mark of {label}")
    return None


def _by_zeros(head: bytes) -> Finding | None:
    """Recognise UTF-16 without a mark: in mostly Western text every second byte is zero."""
    half = len(head) // 2
    if half and head[1::2].count(0) > 0.4 * half > 0.1 * half > head[0::2].count(0):
        return _found("utf-16-le", 0.8, "every second byte is zero, as in UTF-16 without a byte order mark")
    if half and head[0::2].count(0) > 0.4 * half > 0.1 * half > head[1::2].count(0):
        return _found("utf-16-be", 0.8, "every second byte is zero, as in UTF-16 without a byte order mark")
    return None


def _take_census(path: Path) -> _Census:
    census = _Census()
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    with path.open("rb") as stream:
        while piece := stream.read(MIB):
            _count(census, piece, decoder.decode(piece))
    _count(census, b"", decoder.decode(b"", final=True))
    return census


def _count(census: _Census, piece: bytes, text: str) -> None:
    if text.isascii():
        return
    broken = len(BROKEN.findall(text))
    census.broken += broken
    census.wide += len(WIDE.findall(text)) - broken
    for line in piece.splitlines():
        if len(census.sample) >= CHARSET_SAMPLE_BYTES:
            break
        if not line.isascii():
            census.sample += line[:KIB] + b"\n"


def _by_census(census: _Census) -> Finding:
    if not census.broken:
        reason = "every byte of the file is valid UTF-8" if census.wide else "the file holds nothing but ASCII"
        return _found("utf-8", 1.0, reason)
    if census.wide > 20 * census.broken:
        return _found("utf-8", 0.8, f"valid UTF-8 but for {census.broken} bytes; the rows that hold them are reported")
    sample = bytes(census.sample)
    return _western(sample) or _judged(sample) or _found("cp1252", 0.3, "not UTF-8 and nothing recognised; Windows-1252 is the likeliest")


def _western(sample: bytes) -> Finding | None:
    """Judge short Western tables ourselves: the general judge takes `Müller` in Windows-1252 for Windows-1250 or Mac Roman."""
    shares = {name: _western_share(sample, name) for name in WESTERN}
    best = max(WESTERN, key=lambda name: shares[name])
    if shares[best] < 0.9:
        return None
    rivals = [name for name in WESTERN if name != best and shares[name] >= 0.9]
    confidence, doubt = (0.6, f", and so it does as {rivals[0]}") if rivals else (0.9, "")
    return _found(best, confidence, f"not UTF-8; read as {best} the text holds common Western European letters{doubt}")


def _western_share(sample: bytes, encoding: str) -> float:
    """Return the share of common Western letters among the characters past ASCII; 0 where those are too many for a Western language."""
    text = sample.decode(encoding, "replace")
    wide = WIDE.findall(text)
    letters = sum(map(str.isalpha, text))
    if not wide or len(wide) > 0.4 * max(letters, 1) + 2:
        return 0.0
    return sum(character in WESTERN_LETTERS for character in wide) / len(wide)


def _judged(sample: bytes) -> Finding | None:
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=[*OTHERS, *WESTERN]).best()
    if best is None:
        return None
    return _found(best.encoding, 0.7 * (1 - best.chaos), f"not UTF-8; the letters fit {best.encoding} best")
