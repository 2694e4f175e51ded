#!/bin/sh
# Unpack into .venv/peers what tests need of Debian's and what cannot be installed there: two more mail servers, beside the first one.
# What cannot be had is said, and is no failure.
set -eu
exec 1>&2
command -v apt-get >/dev/null && command -v dpkg >/dev/null || exit 0

# unpack FOLDER PACKAGE PROGRAM: the program drops its rights anyway, and as it is unpacked nothing else needs them.
unpack() {
    [ -e ".venv/peers/$1/$3" ] && return
    place=$(mktemp -d)
    if (cd "$place" && apt-get -qq download "$2" 2>/dev/null); then
        mkdir -p ".venv/peers/$1"
        dpkg -x "$place/$2"_*.deb ".venv/peers/$1"
        chmod u-s "$(readlink -f ".venv/peers/$1/$3")"
    else
        echo "$2 could not be fetched; the tests that need it are skipped."
    fi
    rm -rf "$place"
}

unpack exim exim4-daemon-light usr/sbin/exim4
unpack opensmtpd opensmtpd usr/sbin/smtpd
