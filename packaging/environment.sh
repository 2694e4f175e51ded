#!/bin/sh
# Make .venv hold exactly what the locks name. `environment.sh run` is what every junction command needs, `environment.sh test` adds the
# test extras. Nothing is done when locks, pyproject.toml, place and Python are those of the last time. Speaks on standard error only.
set -eu
kind=$1
cd "$(dirname "$0")/.."
exec 1>&2

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; }

find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if fits "$candidate"; then echo "$candidate"; return; fi
    done
    echo "Junction needs Python 3.11, 3.12 or 3.13, and none was found. Name one with: make PYTHON=/path/to/python3 ..." >&2
    exit 1
}

# Debian and Ubuntu ship Python without venv; the package that mends it is named after the version.
require_venv() {
    if "$1" -c 'import ensurepip, venv' 2>/dev/null; then return; fi
    package=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    packaging/system-packages.sh "$package"
    if "$1" -c 'import ensurepip, venv' 2>/dev/null; then return; fi
    echo "Python's venv module is missing. Install it (Debian, Ubuntu: apt-get install $package) and start again."
    exit 1
}

install() { .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes "$@"; }

python=$(find_python)
state="$(pwd) $("$python" -V) $(cat pyproject.toml packaging/*.lock packaging/*.sh | cksum)"
if [ "$(cat ".venv/installed-$kind" 2>/dev/null)" = "$state" ] && .venv/bin/python -c '' 2>/dev/null; then exit 0; fi

# A .venv that was moved, or made by another Python, is made anew.
if ! grep -qs "^command = .* $(pwd)/.venv\$" .venv/pyvenv.cfg || [ "$(.venv/bin/python -V 2>/dev/null)" != "$("$python" -V)" ]; then
    require_venv "$python"
    echo "Making .venv with $("$python" -V) ..."
    "$python" -m venv --clear .venv
fi
if [ "$kind" = test ]; then lock=packaging/requirements-test.lock; else lock=packaging/requirements.lock; fi
echo "Installing $lock ..."
install -r "$lock"
# Qt has no wheel for some machines (older C libraries on ARM); everything but the console works there.
install -r packaging/requirements-console.lock || echo "The desktop console was not installed: Qt offers no package for this machine."
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
packaging/system-packages.sh $(packaging/needed-packages.sh "$kind")
if [ "$kind" = test ]; then packaging/unpacked-peers.sh; fi
echo "$state" > .venv/installed-run
echo "$state" > ".venv/installed-$kind"
