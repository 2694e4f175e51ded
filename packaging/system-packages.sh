#!/bin/sh
# Install the named Debian packages that are missing, as root or by `sudo -n`. What cannot be installed is said, and is no failure.
set -eu
exec 1>&2
command -v dpkg-query >/dev/null || exit 0

missing=
for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
if [ -z "$missing" ]; then exit 0; fi

if [ "$(id -u)" = 0 ]; then as_root=env
elif sudo -n true 2>/dev/null; then as_root="sudo -n env"
else
    echo "These system packages are missing, and installing them needs root: apt-get install$missing"
    exit 0
fi
apt() { $as_root DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=120 "$@" >/dev/null; }

echo "Installing system packages:$missing"
# The lists of a fresh container are empty or old; when the network fails they may still be good enough.
apt install --no-install-recommends $missing 2>/dev/null && exit 0
apt update || true
apt install --no-install-recommends $missing && exit 0
for package in $missing; do
    apt install --no-install-recommends "$package" || echo "The system package $package could not be installed."
done
