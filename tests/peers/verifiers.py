"""Verifiers of DKIM signatures that others wrote: OpenDKIM and Perl's Mail::DKIM. Keys come from a file, so no name server is needed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Verify = Callable[[bytes, Mapping[str, str]], list[bool]]
# Its own look-ups are replaced by the file: names and texts, one a line.
_PERL = r"""
use Mail::DKIM::Verifier; use Net::DNS;
my %texts; open(my $file, '<', $ARGV[0]); while (<$file>) { chomp; my ($name, $text) = split(/ /, $_, 2); $texts{$name} = $text; }
no warnings 'redefine';
*Mail::DKIM::DNS::query = sub {
    my ($name) = @_;
    return $texts{$name} ? Net::DNS::RR->new(name => $name, type => 'TXT', txtdata => [$texts{$name} =~ /(.{1,250})/g]) : ();
};
my $verifier = Mail::DKIM::Verifier->new(); local $/; binmode STDIN; $verifier->PRINT(<STDIN>); $verifier->CLOSE;
print join("\n", map { $_->result } grep { $_->algorithm eq 'rsa-sha256' } $verifier->signatures), "\n";
"""


@pytest.fixture(params=["opendkim", "mail_dkim"])
def foreign_verifier(request: pytest.FixtureRequest, tmp_path: Path) -> Verify:
    """Return a function that says of each RSA signature of a message whether it verifies, with keys given as texts by name."""
    if request.param == "opendkim":
        program = shutil.which("opendkim") or shutil.which("opendkim", path="/usr/sbin")
        if program is None:
            pytest.skip("no verifier: there is no opendkim on the PATH")
        return lambda message, keys: _opendkim(program, message, keys, tmp_path)
    if subprocess.run(["perl", "-MMail::DKIM::Verifier", "-e", "1"], capture_output=True, check=False).returncode:
        pytest.skip("no verifier: Perl has no Mail::DKIM")
    return lambda message, keys: _mail_dkim(message, keys, tmp_path)


def _opendkim(program: str, message: bytes, keys: Mapping[str, str], folder: Path) -> list[bool]:
    (folder / "message").write_bytes(message)
    (folder / "conf").write_text(f"Mode v\nTestPublicKeys {_written(keys, folder)}\n", "utf-8")
    command = [program, "-v", "-t", str(folder / "message"), "-x", str(folder / "conf")]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return [line.endswith("succeeded") for line in said.splitlines() if "verification" in line]


def _mail_dkim(message: bytes, keys: Mapping[str, str], folder: Path) -> list[bool]:
    said = subprocess.run(["perl", "-e", _PERL, str(_written(keys, folder))], input=message, capture_output=True, check=True).stdout
    return [line == "pass" for line in said.decode().split()]


def _written(keys: Mapping[str, str], folder: Path) -> Path:
    path = folder / "keys"
    path.write_text("".join(f"{name} {text}\n" for name, text in keys.items()), "utf-8")
    return path
