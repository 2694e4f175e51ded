"""Parsing within bounds: hostile shapes of mail cost neither memory nor time out of proportion, and what can be read of them is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from server.domain.mail.parsing import MOST_HEADERS, MOST_LINES, MOST_PARTS, parse
from server.domain.mail.reading import read

HEAD = b"From: a@example.com\r\nTo: b@example.com\r\nSubject: Large\r\n"
MULTIPART = HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
HUNDRED_MB = 100 * 1024 * 1024
MOST_MB = 300
SHAPES = {
    "one line": lambda: HEAD + b"\r\n" + b"x" * HUNDRED_MB,
    "empty lines": lambda: HEAD + b"\r\n" + b"\n" * HUNDRED_MB,
    "headers": lambda: HEAD + b"X-A: b\r\n" * (HUNDRED_MB // 8),
    "parts": lambda: MULTIPART + b"--b\r\n\r\nx\r\n" * (HUNDRED_MB // 10),
    "a file": lambda: MULTIPART + b"--b\r\nContent-Transfer-Encoding: base64\r\n\r\n" + (b"QUJD" * 19 + b"\r\n") * (HUNDRED_MB // 78),
}
INSPECT = """
import sys
from types import SimpleNamespace
from server.main.commands.inspecting import inspect
inspect(SimpleNamespace(files=sys.argv[1:], answer=print))
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
"""


@pytest.mark.criterion("email-22")
@pytest.mark.skipif(sys.platform != "linux", reason="a process's largest memory is read from /proc")
@pytest.mark.parametrize("shape", SHAPES)
def test_a_hundred_megabytes_are_judged_within_bounds(tmp_path: Path, shape: str) -> None:
    file = tmp_path / "large.eml"
    file.write_bytes(SHAPES[shape]())
    ran = subprocess.run([sys.executable, "-c", INSPECT, str(file)], capture_output=True, text=True, timeout=60, check=True)
    told, kilobytes = ran.stdout.rsplit("\n", 2)[0], int(ran.stdout.split()[-1])
    assert "'kind': 'ordinary'" in told
    assert "were read" in told
    assert kilobytes / 1024 < MOST_MB


def test_what_there_is_too_much_of_is_left_out_and_said() -> None:
    many = read(MULTIPART + b"--b\r\n\r\nx\r\n" * 10 * MOST_PARTS)
    assert (many.problem, len(many.parts)) == (f"only the first {MOST_PARTS} parts were read", MOST_PARTS)
    assert parse(HEAD + b"\r\n" + b"\n" * (2 * MOST_LINES))[1] == f"only the first {MOST_LINES} lines were read"
    assert len(parse(HEAD + b"X-A: b\r\n" * 5 * MOST_HEADERS)[0]) == MOST_HEADERS


def test_what_anybody_writes_is_read_whole() -> None:
    mail = read(MULTIPART + b"--b\r\n\r\nHello\r\n--b\r\nContent-Disposition: attachment; filename=x\r\n\r\n" + b"y" * 1_000_000 + b"\r\n--b--\r\n")
    assert (mail.problem, mail.text()) == (None, "Hello")
    assert mail.parts[1].content() == b"y" * 1_000_000
