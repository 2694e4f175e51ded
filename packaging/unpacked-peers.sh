#!/bin/sh
# Unpack into .venv/peers what tests need of Debian's and what cannot be installed there: a second mail server, beside the first one.
# What cannot be had is said, and is no failure.
set -eu
exec 1>&2
command -v apt-get >/dev/null && command -v dpkg >/dev/null || exit 0
[ -e .venv/peers/exim/usr/sbin/exim4 ] && exit 0
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
if (cd "$place" && apt-get -qq download exim4-daemon-light 2>/dev/null); then
    mkdir -p .venv/peers/exim
    dpkg -x "$place"/exim4-daemon-light_*.deb .venv/peers/exim
    chmod u-s .venv/peers/exim/usr/sbin/exim4  # it drops its rights anyway, and as it is unpacked nothing else needs it
else
    echo "Exim could not be fetched; the tests that need it are skipped."
fi
